@echo off
rem Installs watchfloor from the wheels beside this script into a folder of its own; uses no network.
rem   install.bat             into venv beside this script
rem   install.bat D:\wf       into D:\wf
rem   set PYTHON=py -3.12     before it, to name the Python to use
setlocal
set "here=%~dp0"
set "target=%~1"
if "%target%"=="" set "target=%here%venv"
if "%PYTHON%"=="" set "PYTHON=python"
set "served=@PYTHONS@"

set "version="
for /f %%v in ('%PYTHON% -c "import sys; print('.'.join(map(str, sys.version_info[:2])))"') do set "version=%%v"
if "%version%"=="" (
  echo install.bat: %PYTHON% does not run; expected Python, one of %served%; name it: set PYTHON=py -3.12 1>&2
  exit /b 2
)
set "fits="
for %%s in (%served%) do if "%%s"=="%version%" set "fits=yes"
if "%fits%"=="" (
  echo install.bat: %PYTHON% is Python %version%; expected one of %served%; name another: set PYTHON=py -3.12 1>&2
  exit /b 2
)

%PYTHON% -m venv "%target%" || exit /b 1
"%target%\Scripts\python.exe" -m pip --isolated --disable-pip-version-check install --quiet --no-index ^
  --find-links "%here%wheels" --constraint "%here%constraints.txt" watchfloor || exit /b 1
"%target%\Scripts\watchfloor.exe" doctor || exit /b 1
echo installed: %target%\Scripts\watchfloor.exe
