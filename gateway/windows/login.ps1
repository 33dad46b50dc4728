# login.ps1 - log in to CREON Plus.
#
#	login.ps1 -Store    ask for id and passwords, and keep them
#	login.ps1           see to it that somebody is logged in
#	login.ps1 -Anew     end the session there is, and log in
#
# For the 32-bit PowerShell (SysWOW64), as administrator, in the session whose
# desktop shows CREON's windows: elsewhere CREON's objects say "not connected".
# Status 0: connected.  1: not, and login.log says why.
#
# What is kept is encrypted by Windows (DPAPI) for this user on this PC: a copy
# of the file is worth nothing elsewhere, but every program of this user can
# read it.  While coStarter runs, the passwords stand in its command line,
# which is CREON's way of taking them; Windows writes them into its security log
# where it was told to log command lines (it is not, unless somebody did).
#
# Whoever types a wrong password again and again is locked out.  So there are
# at most six logins a day, and none after two in a row that failed, until
# -Store.  login.log is what it remembers by.
param([switch]$Store, [switch]$Anew)
$ErrorActionPreference = 'Stop'

$Starter = 'C:\CREON\STARTER\coStarter.exe'
$Folder = Join-Path $env:LOCALAPPDATA 'maemae'
$Secrets = Join-Path $Folder 'creon-secrets.xml'
$Log = Join-Path $PSScriptRoot 'login.log'
$LoginsMost = 6
$FailuresMost = 2
$WaitSeconds = 180

function Write-Log($Text) {
	Add-Content $Log ('{0:yyyy-MM-dd HH:mm:ss} {1}' -f (Get-Date), $Text)
}

function Test-Creon {
	try { (New-Object -ComObject CpUtil.CpCybos).IsConnect -eq 1 }
	catch { $false }
}

function Wait-Creon {
	for ($i = 0; $i -lt $WaitSeconds; $i++) {
		if (Test-Creon) { return $true }
		Start-Sleep 1
	}
	return $false
}

function Save-Secrets {
	New-Item -ItemType Directory -Force $Folder | Out-Null
	$login = Get-Credential -Message 'CREON: id and password'
	$cert = Get-Credential -UserName $login.UserName `
	    -Message 'The password of the certificate'
	@{ Login = $login; Cert = $cert } | Export-Clixml $Secrets
	Write-Log 'stored'
}

# Why not to try: there are no passwords, or it would be once too often.
function Get-Obstacle {
	$today = Get-Date -Format 'yyyy-MM-dd'
	$logins = $failures = 0
	foreach ($line in @(Get-Content $Log -ErrorAction SilentlyContinue)) {
		if ($line -match "^$today .* logging in$") { $logins++ }
		if ($line -match ' there is no connection$') { $failures++ }
		if ($line -match ' (connected|stored)$') { $failures = 0 }
	}
	if (-not (Test-Path $Secrets)) { return 'login.ps1 -Store was not run' }
	if ($failures -ge $FailuresMost) {
		return 'it failed twice: log in by hand, then login.ps1 -Store'
	}
	if ($logins -ge $LoginsMost) { return "$logins logins today are enough" }
}

function Stop-Creon {
	# Who ends takes others along: they may be gone before their turn.
	Get-Process coStarter*, CpStart*, DibServer* `
	    -ErrorAction SilentlyContinue |
	    Stop-Process -Force -ErrorAction SilentlyContinue
	Start-Sleep 5
}

function Start-Creon {
	$secret = Import-Clixml $Secrets
	$login = $secret.Login.GetNetworkCredential()
	$cert = $secret.Cert.GetNetworkCredential()
	Start-Process $Starter -ArgumentList '/prj:cp', "/id:$($login.UserName)",
	    "/pwd:$($login.Password)", "/pwdcert:$($cert.Password)", '/autostart'
}

function Connect-Creon {
	$obstacle = Get-Obstacle
	if ($obstacle) {
		Write-Log "not logging in: $obstacle"
		return $false
	}
	Write-Log 'logging in'
	Stop-Creon
	Start-Creon
	if (Wait-Creon) {
		Write-Log 'connected'
		return $true
	}
	Write-Log "after $WaitSeconds s there is no connection"
	return $false
}

if ($Store) {
	Save-Secrets
	exit 0
}
# One at a time: who comes second waits, and finds it done.
$turn = New-Object System.Threading.Mutex $false, 'Local\maemae-creon-login'
try { [void]$turn.WaitOne() }
catch [System.Threading.AbandonedMutexException] { }
try {
	$good = (-not $Anew -and (Test-Creon)) -or (Connect-Creon)
}
catch {
	Write-Log "error: $_"
	$good = $false
}
finally {
	$turn.ReleaseMutex()
}
exit [int](-not $good)
