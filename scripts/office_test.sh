#!/usr/bin/env bash
# Does the bundle of this machine open the desk, from a folder with a Chinese name and spaces, with nothing of the checkout?
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
platform=linux-$(uname -m)
scratch=$(mktemp -d)
desk=
trap 'if [ -n "$desk" ]; then kill "$desk"; fi; rm -rf "$scratch"' EXIT
unset PYTHONPATH
cd "$root"
.venv/bin/python -m scripts.office_bundle "$platform"
place="$scratch/财政局 共享/办公 电脑"
mkdir -p "$place" "$scratch/bin"
.venv/bin/python -m zipfile -e dist/office/qhgep-desk-*-"$platform".zip "$place"
home=$(echo "$place"/qhgep-desk-*)
cp -R examples/pilot "$home/核算 示例"
ln -s "$(.venv/bin/python -c 'import sys; print(sys._base_executable)')" "$scratch/bin/python3.11"
mkdir "$scratch/none"
for tool in cat dirname; do ln -s "$(command -v $tool)" "$scratch/none/$tool"; done
bare=(env -i "HOME=$scratch" "PATH=$scratch/bin:/usr/bin:/bin" LANG=C.UTF-8 /bin/sh "$home/qhgep-desk.sh")

"${bare[@]}" account "$home/核算 示例/account.toml" -o "$home/结果.xlsx" >"$scratch/account.txt"
"${bare[@]}" page "$home/核算 示例/plan.toml" -o "$home/审计.html" >"$scratch/page.txt"
"${bare[@]}" verify "$home/结果.xlsx" >"$scratch/verify.txt"
if env -i "PATH=$scratch/none" /bin/sh "$home/qhgep-desk.sh" >"$scratch/none.txt"; then
  echo "without Python the desk should have said what is missing" >&2
  exit 1
fi
grep -q "没有找到 Python" "$scratch/none.txt"
"${bare[@]}" --lang zh desk "$home/我的核算" --no-browser >"$scratch/desk.txt" 2>&1 </dev/null &
desk=$!
for _ in $(seq 100); do
  grep -q token "$scratch/desk.txt" && break
  sleep 0.1
done
.venv/bin/python - "$scratch/desk.txt" <<'CHECK'
import http.cookiejar
import re
import sys
import urllib.request

address = re.search(r"http://\S+", open(sys.argv[1], encoding="utf-8").read())[0]
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
page = opener.open(address).read().decode()
if "核算文件夹" not in page:
    raise SystemExit("the desk of the bundle did not open")
CHECK
echo "The bundle works: $(basename "$home"), Python of the machine, no network, a path with Chinese and spaces."
