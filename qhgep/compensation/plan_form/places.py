"""Where things stand on the sheets of a plan form, for the program that writes it and the one that reads it."""

from __future__ import annotations

GENERAL, LEGAL, STEPS, RECIPIENTS = "方案", "校验信息", "步骤", "单位"
UPRIGHT = (GENERAL, LEGAL, STEPS)
"""The sheets with a row for each value; the other sheets of the form are tables."""
LEGAL_TABLES = ("transfer", "use", "contract")
"""The tables of a plan that stand on LEGAL."""

LABEL_AT, NAME_AT, VALUE_AT, UNIT_AT, MEANING_AT, ARTICLE_AT, KEY_AT = range(7)
"""The columns of an upright sheet."""
HEADS = ("项目", "名称【填】", "填写【填】", "单位", "说明", "依据", "字段编号")
UPRIGHT_HEAD = 3
"""The row of its headings, from zero."""

CODE_AT, TITLE_AT, TYPE_AT, TAKES_AT, CHECK_AT, FIRST_COLUMN = range(6)
"""The columns of 单位: code, name, kind, whether it receives, what is amiss; then one for each value by recipient."""
RECIPIENT_HEADS = ("代码【填】", "名称【填】", "类别【选】", "领款【选】")
WIDE_HEAD, WIDE_NAME, WIDE_UNIT, WIDE_STATE, WIDE_SUM, WIDE_BLANK, WIDE_KEY, WIDE_FIRST = range(3, 11)
"""The rows of 单位: headings, the name that tells columns apart, unit, state, sum, how many are blank, keys, first recipient."""

TABLE_HEAD, TABLE_NOTE, TABLE_KEY, TABLE_FIRST = range(3, 7)
"""The rows of a sheet of a table: headings, what they mean, keys, first entry."""
