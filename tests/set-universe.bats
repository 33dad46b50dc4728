# set-universe: which stocks are watched.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	new_db
}

codes()
{
	set-universe "$@" | sed 1d | cut -d, -f1,2 | tr '\n' ' '
}

@test "codes come and go, known or not" {
	sql "INSERT INTO stock_info (code, name) VALUES ('005930', '삼성전자')"
	set-universe +005930 +000660 > out
	[ "$(cat out)" = "strategy,code,name,change
*,000660,,added
*,005930,삼성전자,added" ]
	[ "$(codes)" = '*,000660 *,005930 ' ]
	set-universe -000660 +0123A4
	[ "$(codes --list)" = '*,005930 *,0123A4 ' ]
	set-universe -f table | grep -q '^\*  *005930  *삼성전자'
	[ "$(sql "SELECT count(*) FROM trading_log WHERE program =
	    'set-universe' AND event = 'set' AND code = '000660'")" -eq 2 ]
}

@test "what is so already is silent" {
	set-universe +005930
	sum=$(dump)
	silent set-universe +005930
	silent set-universe -000660
	silent set-universe +000660 -000660
	[ "$(dump)" = "$sum" ]
}

@test "a strategy has a list of its own" {
	set-strategy gold daily=sma
	set-universe +005930
	set-universe --strategy gold +000660 +035420
	[ "$(codes)" = '*,005930 gold,000660 gold,035420 ' ]
	[ "$(codes --strategy gold)" = 'gold,000660 gold,035420 ' ]
	set-universe -s gold -000660
	[ "$(codes)" = '*,005930 gold,035420 ' ]
}

@test "a list may come before its strategy, with a word" {
	set-universe --strategy gold +005930 2> err
	grep -q "no strategy 'gold' yet" err
	[ "$(wc -l < err)" -eq 1 ]
	[ "$(sql 'SELECT strategy, code FROM universe')" = 'gold|005930' ]
}

@test "a file replaces the list" {
	set-universe +005930 +000660
	printf '\xef\xbb\xbfname,Code\r\n"삼성, 전자",005930\r\nx,035420\r\nx,035420\r\n' > list.csv
	set-universe --file list.csv > out
	[ "$(cut -d, -f2,4 out | tr '\n' ' ')" = \
	    'code,change 035420,added 000660,removed ' ]
	[ "$(codes)" = '*,005930 *,035420 ' ]
	set-universe --file list.csv +000660	# the file, and one more
	[ "$(codes)" = '*,000660 *,005930 *,035420 ' ]
	echo code | cat - <(echo 000270) | set-universe --file -
	[ "$(codes)" = '*,000270 ' ]
	# what --list prints goes back in
	set-universe --list > all.csv
	silent set-universe --file all.csv
}

@test "a file that is not what it should be changes nothing" {
	set-universe +005930
	printf 'code\n000660\n00066\n' > bad.csv
	refuses 65 "bad.csv:3: '00066'" set-universe --file bad.csv
	printf 'name\nx\n' > no.csv
	refuses 65 "no.csv.*code" set-universe --file no.csv
	printf 'code\n' > none.csv
	refuses 65 'no codes' set-universe --file none.csv
	: > empty.csv
	refuses 65 'empty.csv' set-universe --file empty.csv
	refuses 65 'gone.csv' set-universe --file gone.csv
	refuses 65 'A005930' set-universe --file <(printf 'code\nA005930\n')
}

@test "what is no code is refused" {
	local word
	for word in 005930 +5930 +0059300 +A05930 -00593a +; do
		refuses 64 '' set-universe +000660 "$word"
	done
	refuses 64 'changes nothing' set-universe --list +005930
	refuses 64 'strategy' set-universe --strategy MANUAL +005930
	refuses 64 'strategy' set-universe --strategy '*' +005930
	bad_options set-universe
}

@test "--dry-run says it and does not do it" {
	sum=$(dump)
	set-universe -n +005930 > out
	grep -q '005930,,added' out
	[ "$(dump)" = "$sum" ]
}

@test "the whole market from a file" {
	make-market --stocks 2700 --days 1 --print stocks > stocks.csv
	set-universe --file stocks.csv > out
	[ "$(wc -l < out)" -eq 2701 ]
	set-universe --file <(head -n 1001 stocks.csv) > out
	[ "$(wc -l < out)" -eq 1701 ]
	[ "$(sql 'SELECT count(*) FROM universe')" -eq 1000 ]
}

@test "bad databases, and a folder that cannot be written" {
	bad_databases set-universe +005930
	bad_databases set-universe --list
	refuses 1 "cannot be written" locked set-universe +005930
	[ "$(locked set-universe)" = strategy,code,name ]
}

@test "the examples of the page run" {
	set-strategy gold daily=sma
	printf 'code\n005930\n000660\n' > kospi200.csv
	page_examples set-universe > examples
	[ "$(wc -l < examples)" -ge 4 ]
	while read -r line; do
		eval "$line"
	done < examples > out
}
