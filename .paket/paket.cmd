@echo off
rem Runs Paket with the package feed of this machine's own NuGet configuration, so that no feed address is committed.
setlocal
rem Packing looks at nothing but the lock: no feed, and the restore before it has brought Paket.
for %%c in (fix-nuspecs show-conditions) do if "%~1"=="%%c" goto run
if not defined NUGET_SOURCE for /f "tokens=1,*" %%a in ('dotnet nuget list source --format short ^| findstr /b E') do if not defined NUGET_SOURCE set "NUGET_SOURCE=%%b"
rem Projects are restored side by side, and where the tools are not there yet, one is in the way of the others for a while.
dotnet tool restore >nul 2>nul || (timeout /t 5 /nobreak >nul & dotnet tool restore >nul) || exit /b 1
:run
dotnet paket %* || exit /b 1
