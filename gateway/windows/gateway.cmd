@echo off
rem gateway.cmd - creon-gateway, and again whenever the connection was lost.
rem
rem CREON's objects are dead once the connection is gone, so creon-gateway ends
rem with status 69.  The Task Scheduler would leave it at that.  Here login.ps1
rem sees to it that somebody is logged in, and the gateway begins anew.  It
rem waits by itself where nobody is.  Any other status ends this, too: 0 after
rem POST /v1/stop, the others are for a person to read, in gateway.log.
rem
rem Options of the gateway stand in gateway.options, on its first line.
rem The log is opened once, for all of it: what cannot be opened for a moment,
rem because another program reads it or is just ending, would stop everything.
rem (A redirection stands first, for a digit before it would be its handle.)
setlocal
cd /d "%~dp0"
if "%~1"=="serve" goto begin
cmd /d /c %~nx0 serve 2>>gateway.log
exit /b %ERRORLEVEL%
:begin
set options=
if exist gateway.options set /p options=<gateway.options
if not defined MAEMAE_LOGIN set MAEMAE_LOGIN=%SystemRoot%\SysWOW64\WindowsPowerShell\v1.0\powershell.exe -NoProfile -ExecutionPolicy Bypass -File login.ps1
:serve
creon-gateway.exe %options%
set status=%ERRORLEVEL%
>&2 echo %DATE% %TIME% gateway.cmd: creon-gateway ended with status %status%
if not %status%==69 exit /b %status%
%MAEMAE_LOGIN%
goto serve
