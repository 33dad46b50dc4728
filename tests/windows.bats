#!/usr/bin/env bats
# What of gateway/windows can be tried without Windows: the tasks have the
# shape that the Task Scheduler takes, and gateway.cmd runs under Wine.

load helper
load live
load creon
load gateway

setup()
{
	cd "$ROOT/gateway/windows" || return 1
	server='' cmd='' TOKEN=''
}

# What a test that failed has left: the gateway is asked to end, the loop
# around it and what is in its group is ended, and then the fake behind them.
teardown()
{
	if [ -n "$cmd" ]; then
		[ -z "$TOKEN" ] || ask POST stop -m 5
		for _ in {1..30}; do
			kill -0 "$cmd" 2> /dev/null || break
			sleep 0.1
		done
		kill -KILL -- "-$cmd" 2> /dev/null || :
		wait "$cmd" 2> /dev/null || :
	fi
	if [ -n "$server" ]; then
		kill "$server" 2> /dev/null || :
		wait "$server" 2> /dev/null || :
	fi
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
	# With a user in it, as the guide puts one.
	for page in creon creon.ko; do
		grep -q "Replace('TRADER', \$me)" "$ROOT/docs/brokers/$page.md"
	done
	for task in *.xml; do
		sed 's/TRADER/S-1-5-21-1004336348-1177238915-682003330-1001/' \
		    "$task" > "$BATS_TEST_TMPDIR/x.xml"
		xmllint --noout --schema "$ROOT/tests/windows/task.xsd" \
		    "$BATS_TEST_TMPDIR/x.xml"
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
	# A login in the middle of the day ends a session that works.
	grep -q '<StartWhenAvailable>false<' creon-login.xml
	# The gateway runs for days, the login for minutes.
	grep -q '<ExecutionTimeLimit>PT0S<' creon-gateway.xml
	grep -q '<ExecutionTimeLimit>PT10M<' creon-login.xml
}

@test "the program is one file, of 32 bits, and asks for an administrator" {
	exe=$ROOT/build/windows/creon-gateway.exe
	[ -e "$exe" ] || skip 'no make windows here'
	i686-w64-mingw32-objdump -p "$exe" > "$BATS_TEST_TMPDIR/head"
	grep -q 'file format pei-i386' "$BATS_TEST_TMPDIR/head"
	# Nothing but what every Windows has.
	sed -n 's/.*DLL Name: *//p' "$BATS_TEST_TMPDIR/head" |
	    tr '[:upper:]' '[:lower:]' | sort -u > "$BATS_TEST_TMPDIR/dlls"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/dlls")" -ge 3 ]
	run ! grep -vxE '(kernel32|msvcrt|ole32|oleaut32|user32|advapi32|ws2_32)\.dll' \
	    "$BATS_TEST_TMPDIR/dlls"
	LC_ALL=C grep -aq 'requestedExecutionLevel level="requireAdministrator"' \
	    "$exe"
}

# gateway.cmd beside a gateway that ends with the statuses of a file.
gateway_cmd()
{
	wine=$ROOT/tests/creon/wine
	[ -e "$ROOT/build/wine/prefix/ready" ] || skip 'no make deps-creon here'
	# A folder as people name them.
	mkdir "$BATS_TEST_TMPDIR/내 폴더 & (more)"
	cd "$BATS_TEST_TMPDIR/내 폴더 & (more)" || return 1
	# The line ends that cmd wants, whatever the checkout has.
	sed 's/\r*$/\r/' "$ROOT/gateway/windows/gateway.cmd" > gateway.cmd
	i686-w64-mingw32-gcc-win32 -static -o creon-gateway.exe -x c \
	    "$ROOT/tests/windows/gateway.c"
	printf -- '--listen 127.0.0.1:7990 --record day.rec\r\n' > gateway.options
	export MAEMAE_LOGIN='cmd /c echo in >> logins'
}

@test "gateway.cmd begins anew after a crash, but not for ever" {
	gateway_cmd
	export MAEMAE_PAUSE='cmd /c copy /y logins pauses'
	: > logins
	printf -- '-1073741819\n0\n' > statuses
	run "$wine" cmd /d /c gateway.cmd
	[ "$status" -eq 0 ]
	grep -q 'with status -1073741819' gateway.log
	# A pause, then a login, and the gateway again.
	[ -e pauses ] && [ ! -s pauses ]
	[ "$(tr -d '\r ' < logins)" = in ]
	rm gateway.log
	printf -- '-1073741819\n%.0s' {1..9} > statuses
	run "$wine" cmd /d /c gateway.cmd
	[ "$status" -ne 0 ]
	[ "$(grep -c 'with status -1073741819' gateway.log)" -eq 6 ]
	[ "$(wc -l < statuses)" -eq 3 ]
}

@test "gateway.cmd begins anew after status 69, and after no other" {
	gateway_cmd
	printf '69\n69\n0\n' > statuses
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

# It answers, and is connected.
connected()
{
	for _ in {1..200}; do
		get status
		[ "$code" != 200 ] || [ "$(field connected)" != 1 ] || return 0
		sleep 0.1
	done
	echo "not connected: $body" >&2
	return 1
}

# The whole of it: the program, the fake CREON behind it, and a login that is
# nothing but the end of the trap.
@test "a connection that is lost is followed by a login and a new gateway" {
	[ -n "${FACTS-}" ] || skip 'make check-creon'
	creon_market
	creon_model
	sed 's/\r*$/\r/' "$ROOT/gateway/windows/gateway.cmd" > gateway.cmd
	cp "$ROOT/build/windows/creon-gateway.exe" .
	PORT=$((20000 + RANDOM % 10000))
	printf -- '--dir g --listen 127.0.0.1:%d --linger 1\r\n' $PORT \
	    > gateway.options
	: > nothing
	export MAEMAE_LOGIN='cmd /c copy /y nothing traps'
	"${BUILD:-$ROOT/build}/creon/model-server" "$CREON_MODEL" port 3>&- &
	server=$!
	until [ -s port ]; do sleep 0.1; done
	CREON_PORT=$(cat port) setsid "$ROOT/tests/creon/wine" \
	    cmd /d /c gateway.cmd > out 2> err < /dev/null 3>&- &
	cmd=$!
	until [ -s g/token ]; do sleep 0.1; done
	TOKEN=$(tr -d '\r\n' < g/token) URL=http://127.0.0.1:$PORT
	connected
	echo not-connected > traps
	until grep -qs 'with status 69' gateway.log; do sleep 0.1; done
	connected
	[ ! -s traps ]
	ask POST stop
	wait $cmd
	cmd=''
	[ "$(grep -c 'creon-gateway ended' gateway.log)" -eq 2 ]
	grep -q 'with status 0' gateway.log
}
