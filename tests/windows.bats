#!/usr/bin/env bats
# What of gateway/windows can be tried without Windows: the tasks have the
# shape that the Task Scheduler takes, and gateway.cmd runs under Wine.

load helper

setup()
{
	cd "$ROOT/gateway/windows" || return 1
}

@test "the tasks have the shape of tasks" {
	for task in *.xml; do
		xmllint --noout --schema "$ROOT/tests/windows/task.xsd" "$task"
		# Registered as text: no declaration, and nothing but ASCII.
		run ! grep -e '<?xml' "$task"
		LC_ALL=C run ! grep '[^ -~]' "$task"
		# One user, by the placeholder that the guide replaces.
		[ "$(grep -c '<UserId>' "$task")" -eq \
		    "$(grep -c '<UserId>TRADER</UserId>' "$task")" ]
	done
	# A shape that is none is seen.
	sed 's/RunLevel/RunLevels/' creon-login.xml > "$BATS_TEST_TMPDIR/x.xml"
	run ! xmllint --noout --schema "$ROOT/tests/windows/task.xsd" \
	    "$BATS_TEST_TMPDIR/x.xml"
}

@test "the gateway's tasks have its rights, in the session of a person" {
	for task in creon-login.xml creon-gateway.xml; do
		grep -q '<LogonType>InteractiveToken<' $task
		grep -q '<RunLevel>HighestAvailable<' $task
		file=$(sed -n 's/.*<Arguments>.*\b\(login\.ps1\|gateway\.cmd\).*/\1/p' \
		    $task)
		[ -n "$file" ] && [ -e "$file" ]
	done
	# CREON's DLLs are of 32 bits, and so must be who asks them.
	grep -q 'SysWOW64.*powershell\.exe' creon-login.xml
	grep -q 'SysWOW64.*powershell\.exe' gateway.cmd
	# The gateway runs for days, the login for minutes.
	grep -q '<ExecutionTimeLimit>PT0S<' creon-gateway.xml
	grep -q '<ExecutionTimeLimit>PT10M<' creon-login.xml
}

@test "gateway.cmd begins anew after status 69, and after no other" {
	wine=$ROOT/tests/creon/wine
	[ -e "$ROOT/build/wine/prefix/ready" ] || skip 'no make deps-creon here'
	cd "$BATS_TEST_TMPDIR" || return 1
	# The line ends that cmd wants, whatever the checkout has.
	sed 's/\r*$/\r/' "$ROOT/gateway/windows/gateway.cmd" > gateway.cmd
	i686-w64-mingw32-gcc-win32 -static -o creon-gateway.exe -x c \
	    "$ROOT/tests/windows/gateway.c"
	printf -- '--listen 127.0.0.1:7990 --record day.rec\r\n' > gateway.options
	printf '69\n69\n0\n' > statuses
	export MAEMAE_LOGIN='cmd /c echo in >> logins'
	run "$wine" cmd /d /c gateway.cmd
	[ "$status" -eq 0 ]
	[ "$(tr -d '\r ' < logins)" = $'in\nin' ]
	[ "$(grep -c 'listen 127.0.0.1:7990 --record day.rec' <<< "$output")" \
	    -eq 3 ]
	[ "$(grep -c 'with status 69' gateway.log)" -eq 2 ]
	grep -q 'with status 0' gateway.log
	grep -q 'words of the gateway' gateway.log
	printf '77\n69\n' > statuses
	rm logins
	run "$wine" cmd /d /c gateway.cmd
	[ "$status" -eq 77 ] && [ ! -e logins ]
}
