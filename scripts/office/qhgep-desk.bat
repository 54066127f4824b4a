@echo off
rem Opens the desk. Uses a Python that lies beside this file (folder python), or an installed one of version @PYTHON@.
setlocal
cd /d "%~dp0"
chcp 65001 >nul
set "PYTHONUTF8=1"
if exist "%~dp0python\python.exe" (
  "%~dp0python\python.exe" -c "import sys; sys.exit(sys.version_info[:2] != @TUPLE@)" && (
    "%~dp0python\python.exe" "%~dp0run.py" %*
    goto end
  )
)
py -@PYTHON@ -c "import sys" >nul 2>nul && (
  py -@PYTHON@ "%~dp0run.py" %*
  goto end
)
python -c "import sys; sys.exit(sys.version_info[:2] != @TUPLE@)" >nul 2>nul && (
  python "%~dp0run.py" %*
  goto end
)
type "%~dp0need-python.txt"
:end
echo.
pause
