@echo off
rem Runs Paket with the package feed of this machine's own NuGet configuration, so that no feed address is committed.
setlocal
if not defined NUGET_SOURCE for /f "tokens=1,*" %%a in ('dotnet nuget list source --format short ^| findstr /b E') do if not defined NUGET_SOURCE set "NUGET_SOURCE=%%b"
dotnet tool restore >nul || exit /b 1
dotnet paket %* || exit /b 1
