"""The elements and attributes that office programs write into the parts of a workbook of qhgep: what is not here is a finding.

One element a line, with a prefix for its namespace (none: that of spreadsheets): `tag @ attributes > children`. `*`: may stand
several times in its parent. `~`: only Microsoft Excel and WPS write it. A line that begins with a blank continues the one before.
LibreOffice 7.4 and openpyxl 3.1 were tried; what Excel adds comes from the descriptions of its format ([MS-XLSX], ECMA-376).
"""

from __future__ import annotations

from collections.abc import Mapping

WORKBOOK = """
bookViews > workbookView
calcPr @ calcCompleted calcId calcMode calcOnSave concurrentCalc forceFullCalc fullCalcOnLoad fullPrecision iterate
 iterateCount iterateDelta refMode
definedName @ function hidden localSheetId name vbProcedure
definedNames > definedName*
ext @ uri > loext:extCalcPr x15:workbookPr~ xcalcf:calcFeatures~
extLst > ext*
fileVersion @ appName codeName lastEdited lowestEdited rupBuild
loext:extCalcPr @ stringRefSyntax
mc:AlternateContent > mc:Choice
mc:Choice @ Requires > x15ac:absPath
sheet @ name r:id sheetId state
sheets > sheet*
workbook @ mc:Ignorable~ > bookViews calcPr definedNames extLst fileVersion mc:AlternateContent~ sheets workbookPr
 workbookProtection xr:revisionPtr~
workbookPr @ backupFile codeName date1904 defaultThemeVersion filterPrivacy showObjects
workbookProtection @ lockStructure lockWindows
workbookView @ activeTab autoFilterDateGrouping firstSheet minimized showHorizontalScroll showSheetTabs showVerticalScroll
 tabRatio visibility windowHeight windowWidth xWindow xr2:uid~ yWindow
x15:workbookPr @ chartTrackingRefBase
x15ac:absPath @ url
xcalcf:calcFeatures > xcalcf:feature*
xcalcf:feature @ name
xr:revisionPtr @ documentId revIDLastSave xr10:uidLastSave xr6:coauthVersionLast xr6:coauthVersionMax
"""

STYLES = """
alignment @ horizontal indent readingOrder shrinkToFit textRotation vertical wrapText
b @ val
bgColor @ indexed rgb theme tint
border @ diagonalDown diagonalUp > bottom diagonal horizontal left right top vertical
borders @ count > border*
bottom @ style > color
cellStyle @ builtinId customBuiltin name xfId xr:uid~
cellStyleXfs @ count > xf*
cellStyles @ count > cellStyle*
cellXfs @ count > xf*
charset @ val
color @ auto indexed rgb theme tint
colors > indexedColors mruColors
diagonal @ style > color
dxf > fill font
dxfs @ count > dxf*
ext @ uri > x14:slicerStyles~ x15:timelineStyles~
extLst > ext*
family @ val
fgColor @ indexed rgb theme tint
fill > patternFill
fills @ count > fill*
font > b charset color family i name scheme strike sz u vertAlign
fonts @ count x14ac:knownFonts~ > font*
horizontal
i @ val
indexedColors > rgbColor*
left @ style > color
mruColors > color*
name @ val
numFmt @ formatCode numFmtId
numFmts @ count > numFmt*
patternFill @ patternType > bgColor fgColor
protection @ hidden locked
rgbColor @ rgb
right @ style > color
scheme @ val
strike @ val
styleSheet @ mc:Ignorable~ > borders cellStyleXfs cellStyles cellXfs colors dxfs extLst~ fills fonts numFmts tableStyles
sz @ val
tableStyles @ count defaultPivotStyle defaultTableStyle
top @ style > color
u @ val
vertAlign @ val
vertical
x14:slicerStyles @ defaultSlicerStyle
x15:timelineStyles @ defaultTimelineStyle
xf @ applyAlignment applyBorder applyFill applyFont applyNumberFormat applyProtection borderId fillId fontId numFmtId
 pivotButton quotePrefix xfId > alignment protection
"""

SHEET = """
brk @ id man max min
c @ r s t > f is v
cfRule @ aboveAverage bottom dxfId equalAverage operator percent priority rank text type > formula*
col @ collapsed customWidth hidden max min outlineLevel style width
colBreaks @ count manualBreakCount > brk*
cols > col*
conditionalFormatting @ sqref > cfRule*
dataValidation @ allowBlank error errorStyle errorTitle operator prompt promptTitle showDropDown showErrorMessage
 showInputMessage sqref type xr:uid~ > formula1 formula2
dataValidations @ count > dataValidation*
dimension @ ref
drawing @ r:id
evenFooter
evenHeader
f @ aca ca ref si t
firstFooter
firstHeader
formula
formula1
formula2
headerFooter @ alignWithMargins differentFirst differentOddEven scaleWithDoc > evenFooter evenHeader firstFooter firstHeader
 oddFooter oddHeader
hyperlink @ display location ref tooltip xr:uid~
hyperlinks > hyperlink*
is > t
mergeCell @ ref
mergeCells @ count > mergeCell*
oddFooter
oddHeader
outlinePr @ summaryBelow summaryRight
pageMargins @ bottom footer header left right top
pageSetUpPr @ fitToPage
pageSetup @ blackAndWhite cellComments copies draft fitToHeight fitToWidth horizontalDpi orientation pageOrder paperSize r:id
 scale verticalDpi
pane @ activePane state topLeftCell xSplit ySplit
phoneticPr @ fontId type
printOptions @ gridLines gridLinesSet headings horizontalCentered verticalCentered
row @ collapsed customFormat customHeight hidden ht outlineLevel r s spans thickBot thickTop x14ac:dyDescent~ > c*
rowBreaks @ count manualBreakCount > brk*
selection @ activeCell activeCellId pane sqref
sheetData > row*
sheetFormatPr @ baseColWidth customHeight defaultColWidth defaultRowHeight outlineLevelCol outlineLevelRow x14ac:dyDescent~
 zeroHeight
sheetPr @ codeName filterMode > outlinePr pageSetUpPr tabColor
sheetProtection @ autoFilter deleteColumns deleteRows formatCells formatColumns formatRows insertColumns insertHyperlinks
 insertRows objects pivotTables scenarios selectLockedCells selectUnlockedCells sheet sort
sheetView @ colorId defaultGridColor rightToLeft showFormulas showGridLines showOutlineSymbols showRowColHeaders showRuler
 showZeros tabSelected topLeftCell view windowProtection workbookViewId zoomScale zoomScaleNormal zoomScalePageLayoutView >
 pane selection*
sheetViews > sheetView
t @ xml:space
tabColor @ indexed rgb theme tint
v
worksheet @ mc:Ignorable~ xr:uid~ > colBreaks cols conditionalFormatting* dataValidations dimension drawing headerFooter
 hyperlinks mergeCells pageMargins pageSetup phoneticPr printOptions rowBreaks sheetData sheetFormatPr sheetPr sheetProtection
 sheetViews
"""

CHART = """
a:bodyPr @ rot wrap
a:defRPr @ b baseline lang spc strike sz > a:latin a:solidFill
a:endParaRPr @ lang
a:latin @ typeface
a:ln @ w > a:noFill a:prstDash a:round a:solidFill
a:lstStyle
a:noFill
a:p > a:endParaRPr a:pPr a:r*
a:pPr > a:defRPr
a:prstDash @ val
a:r > a:rPr a:t
a:rPr @ b baseline lang spc strike sz > a:latin a:solidFill
a:round
a:schemeClr @ val
a:solidFill > a:schemeClr a:srgbClr
a:srgbClr @ val
a:t
c15:showLeaderLines @ val
c:auto @ val
c:autoTitleDeleted @ val
c:axId @ val
c:axPos @ val
c:barChart > c:axId* c:barDir c:gapWidth c:grouping c:overlap c:ser* c:varyColors
c:barDir @ val
c:cat > c:strRef
c:catAx > c:auto c:axId c:axPos c:crossAx c:crosses c:delete c:lblAlgn c:lblOffset c:majorTickMark c:minorTickMark
 c:noMultiLvlLbl c:numFmt c:scaling c:spPr c:tickLblPos c:tickLblSkip c:txPr
c:chart > c:autoTitleDeleted c:dispBlanksAs c:legend c:plotArea c:plotVisOnly c:title
c:chartSpace > c:chart c:lang c:printSettings c:roundedCorners c:spPr
c:crossAx @ val
c:crossBetween @ val
c:crosses @ val
c:dLbl > c:dLblPos c:idx c:layout c:numFmt c:separator c:showCatName c:showLegendKey c:showPercent c:showSerName c:showVal c:tx
 c:txPr
c:dLblPos @ val
c:dLbls > c:dLbl* c:dLblPos c:extLst c:numFmt c:separator c:showCatName c:showLeaderLines c:showLegendKey c:showPercent c:showSerName
 c:showVal c:txPr
c:dPt > c:idx c:marker
c:delete @ val
c:dispBlanksAs @ val
c:ext @ uri > c15:showLeaderLines
c:extLst > c:ext
c:f
c:formatCode
c:gapWidth @ val
c:grouping @ val
c:headerFooter
c:hiLowLines > c:spPr
c:idx @ val
c:invertIfNegative @ val
c:lang @ val
c:layout
c:lblAlgn @ val
c:lblOffset @ val
c:legend > c:layout c:legendEntry* c:legendPos c:overlay c:spPr c:txPr
c:legendEntry > c:delete c:idx
c:legendPos @ val
c:lineChart > c:axId* c:grouping c:hiLowLines c:marker c:ser* c:varyColors
c:majorGridlines > c:spPr
c:majorTickMark @ val
c:majorUnit @ val
c:marker @ val > c:size c:spPr c:symbol
c:minorTickMark @ val
c:noMultiLvlLbl @ val
c:numCache > c:formatCode c:pt* c:ptCount
c:numFmt @ formatCode sourceLinked
c:numRef > c:f c:numCache
c:order @ val
c:orientation @ val
c:overlap @ val
c:overlay @ val
c:pageMargins @ b footer header l r t
c:pageSetup
c:plotArea > c:barChart c:catAx c:layout c:lineChart c:scatterChart c:spPr c:valAx*
c:plotVisOnly @ val
c:printSettings > c:headerFooter c:pageMargins c:pageSetup
c:pt @ idx > c:v
c:ptCount @ val
c:rich > a:bodyPr a:lstStyle a:p*
c:roundedCorners @ val
c:scaling > c:orientation
c:scatterChart > c:axId* c:scatterStyle c:ser* c:varyColors
c:scatterStyle @ val
c:separator
c:ser > c:cat c:dLbls c:dPt* c:idx c:invertIfNegative c:marker c:order c:smooth c:spPr c:tx c:val c:xVal c:yVal
c:showCatName @ val
c:showLeaderLines @ val
c:showLegendKey @ val
c:showPercent @ val
c:showSerName @ val
c:showVal @ val
c:size @ val
c:smooth @ val
c:spPr > a:ln a:noFill a:solidFill
c:strCache > c:pt* c:ptCount
c:strRef > c:f c:strCache
c:symbol @ val
c:tickLblPos @ val
c:tickLblSkip @ val
c:title > c:layout c:overlay c:spPr c:tx c:txPr
c:tx > c:rich c:strRef c:v
c:txPr > a:bodyPr a:lstStyle a:p
c:v
c:val > c:numRef
c:valAx > c:axId c:axPos c:crossAx c:crossBetween c:crosses c:delete c:majorGridlines c:majorTickMark c:majorUnit c:minorTickMark
 c:numFmt c:scaling c:spPr c:tickLblPos c:title c:txPr
c:varyColors @ val
c:xVal > c:numRef
c:yVal > c:numRef
"""

DRAWING = """
a:ext @ cx cy
a:graphic > a:graphicData
a:graphicData @ uri > c:chart
a:off @ x y
c:chart @ r:id
xdr:cNvGraphicFramePr
xdr:cNvPr @ descr id name title
xdr:clientData
xdr:col
xdr:colOff
xdr:ext @ cx cy
xdr:from > xdr:col xdr:colOff xdr:row xdr:rowOff
xdr:graphicFrame @ macro > a:graphic xdr:nvGraphicFramePr xdr:xfrm
xdr:nvGraphicFramePr > xdr:cNvGraphicFramePr xdr:cNvPr
xdr:oneCellAnchor > xdr:clientData xdr:ext xdr:from xdr:graphicFrame
xdr:row
xdr:rowOff
xdr:to > xdr:col xdr:colOff xdr:row xdr:rowOff
xdr:twoCellAnchor @ editAs > xdr:clientData xdr:from xdr:graphicFrame xdr:to
xdr:wsDr > xdr:oneCellAnchor* xdr:twoCellAnchor*
xdr:xfrm > a:ext a:off
"""

STRINGS = """
b @ val
charset @ val
color @ indexed rgb theme tint
family @ val
i @ val
phoneticPr @ alignment fontId type
r > rPr t
rFont @ val
rPr > b charset color family i rFont scheme strike sz u vertAlign
scheme @ val
si > phoneticPr r* t
sst @ count uniqueCount > si*
strike @ val
sz @ val
t @ xml:space
u @ val
vertAlign @ val
"""

PREFIXES: Mapping[str, str] = {
    "": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "c15": "http://schemas.microsoft.com/office/drawing/2012/chart",
    "loext": "http://schemas.libreoffice.org/",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "x14": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
    "x14ac": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac",
    "x15": "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main",
    "x15ac": "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac",
    "xcalcf": "http://schemas.microsoft.com/office/spreadsheetml/2018/calcfeatures",
    "xr": "http://schemas.microsoft.com/office/spreadsheetml/2014/revision",
    "xr2": "http://schemas.microsoft.com/office/spreadsheetml/2015/revision2",
    "xr6": "http://schemas.microsoft.com/office/spreadsheetml/2016/revision6",
    "xr10": "http://schemas.microsoft.com/office/spreadsheetml/2016/revision10",
}
"""What the prefixes stand for."""
VALUES: Mapping[tuple[str, str], frozenset[str]] = {
    ("workbookPr", "showObjects"): frozenset({"all"}),
    ("phoneticPr", "type"): frozenset({"noConversion", "halfwidthKatakana", "fullwidthKatakana", "Hiragana"}),
    ("charset", "val"): frozenset(
        {"0", "1", "134", "136", "128", "129", "238", "204", "161", "162", "177", "178", "186", "222"}
    ),
    ("a:graphicData", "uri"): frozenset({"http://schemas.openxmlformats.org/drawingml/2006/chart"}),
    ("xdr:graphicFrame", "macro"): frozenset({""}),
    ("a:bodyPr", "rot"): frozenset({"0", "-5400000", "-60000000", "5400000"}),
    ("a:schemeClr", "val"): frozenset({"tx1", "dk1"}),
    ("mc:Choice", "Requires"): frozenset({"x15"}),
    ("definedName", "function"): frozenset({"false", "0"}),
    ("definedName", "vbProcedure"): frozenset({"false", "0"}),
    ("sheetView", "windowProtection"): frozenset({"false", "0"}),
}
"""What an attribute may say, where other values would change what is seen."""
