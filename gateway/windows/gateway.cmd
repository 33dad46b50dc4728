@echo off
rem gateway.cmd - creon-gateway, and again when the connection was lost or it
rem crashed.
rem
rem CREON's objects are dead once the connection is gone, so creon-gateway ends
rem with status 69.  The Task Scheduler would leave it at that.  Here login.ps1
rem sees to it that somebody is logged in, and the gateway begins anew.  It
rem waits by itself where nobody is.
rem
rem A negative status is a crash (-1073741819: a bad address), most likely in one
rem of CREON's DLLs, which work in our process.  After a pause the same is done;
rem the journal knows which orders were in hand.  Five times a day: what crashes
rem more often is for a person.
rem
rem Any other status ends this, too: 0 after POST /v1/stop, the others are for a
rem person to read, in gateway.log.
rem
rem Options of the gateway stand in gateway.options, on its first line, in ASCII.
rem Programs are named with their folders: what is looked for in the PATH may be
rem another, and what is looked for here is not found where Windows was told so.
rem The log is opened once, for all of it: what cannot be opened for a moment,
rem because another program reads it or is just ending, would stop everything.
rem (A redirection stands first, for a digit before it would be its handle.)
setlocal
cd /d "%~dp0"
if "%~1"=="serve" goto begin
"%SystemRoot%\System32\cmd.exe" /d /c .\%~nx0 serve 2>>gateway.log
exit /b %ERRORLEVEL%
:begin
set options=
if exist gateway.options set /p options=<gateway.options
if not defined MAEMAE_LOGIN set MAEMAE_LOGIN=%SystemRoot%\SysWOW64\WindowsPowerShell\v1.0\powershell.exe -NoProfile -ExecutionPolicy Bypass -File login.ps1
rem (timeout needs a console; 31 pings are 30 seconds.)
if not defined MAEMAE_PAUSE set MAEMAE_PAUSE=%SystemRoot%\System32\ping.exe -n 31 127.0.0.1
set crashes=0
set crash_day=
:serve
.\creon-gateway.exe %options%
set status=%ERRORLEVEL%
>&2 echo %DATE% %TIME% gateway.cmd: creon-gateway ended with status %status%
if %status%==69 goto login
if %status% geq 0 exit /b %status%
if not "%crash_day%"=="%DATE%" set crashes=0
set crash_day=%DATE%
set /a crashes=crashes+1
if %crashes% gtr 5 exit /b %status%
%MAEMAE_PAUSE% >nul
:login
%MAEMAE_LOGIN%
goto serve
