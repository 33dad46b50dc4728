#!/usr/bin/env bats
# kis-sandbox: asked by curl in the shape of the firm's own samples.  Friday,
# 2025-03-14, two stocks of 10000 won, a thousand shares a minute.

load helper
load live
load sandbox

setup_file() { live_build; }

setup()
{
	live_market
	sql "INSERT INTO stock_info (code, name, market)
	    VALUES ('005930', '삼성전자', 'KOSPI'), ('035420', 'NAVER', 'KOSDAQ')"
	CURL=()
	CONT='' KEY=key SECRET=secret TOKEN='' TR=''
}

teardown()
{
	sandbox_end
}

# ---- tokens --------------------------------------------------------------------

# The lifetime that the last answer promises, within ten seconds of a day: by
# its text against the machine's own clock, as clients reckon.
lives_a_day()
{
	local end
	end=$(date -d "$(said .access_token_token_expired) +0900" +%s)
	end=$((end - $(date +%s)))
	[ "$end" -gt 86390 ] && [ "$end" -le 86400 ]
}

@test "a token lives by the machine's clock, whatever day the market has" {
	sandbox
	token
	[ "$(said .expires_in)" -eq 86400 ] && lives_a_day
	clock 14:59
	token
	[ "$(cat status) $(said .error_code)" = '403 EGW00133' ]
	sandbox_end
	sandbox --speed 86400
	token
	lives_a_day
	sleep 1.1 # more than a day there
	balance
	[ "$(cat status) $(said .rt_cd)" = '200 0' ]
	token
	[ "$(cat status) $(said .error_code)" = '403 EGW00133' ]
}

@test "a token lives a day, is the same for six hours, and comes once a minute" {
	sandbox --app-key key --app-secret secret
	tell 09:00:00
	token
	first=$TOKEN
	[ "$(cat status)" = 200 ] && [ "$(said .token_type)" = Bearer ]
	[ "$(said .expires_in)" -eq 86400 ]
	[ "$(said .access_token_token_expired)" = '2025-03-15 09:00:00' ]
	tell 09:00:59
	token
	[ "$(cat status) $(said .error_code)" = '403 EGW00133' ]
	tell 14:59:00
	token
	[ "$TOKEN" = "$first" ] && [ "$(said .expires_in)" -eq $((86400 - 21540)) ]
	tell 15:00:30
	token
	[ "$TOKEN" != "$first" ]
	# one that tells no time has another, in whose minute it is not
	CURL=()
	token
	[ "$(cat status)" = 200 ] && lives_a_day
	tell 17:00:00
	KEY=other token
	[ "$(cat status) $(said .error_code)" = '403 EGW00103' ]
	SECRET=other token
	[ "$(cat status) $(said .error_code)" = '403 EGW00105' ]
	TR='' post /oauth2/tokenP 'no json'
	[ "$(cat status)" = 403 ]
}

@test "what a token is good for, and when it is not" {
	sandbox --app-key key --app-secret secret
	balance
	refused 500 1 EGW00121
	tell 09:00:00
	token
	balance
	[ "$(cat status) $(said .rt_cd)" = '200 0' ]
	SECRET=x balance
	refused 500 1 EGW00105
	KEY=x balance
	refused 500 1 EGW00103
	AUTH='Basic x' balance
	refused 500 1 EGW00205
	AUTH='' balance
	refused 500 1 EGW00122
	DAY=2025-03-15 tell 08:59:59
	balance
	[ "$(cat status)" = 200 ]
	DAY=2025-03-15 tell 09:00:00
	balance
	refused 500 1 EGW00123
	CURL=()
	balance
	refused 500 1 EGW00123
	DAY=2025-03-17 tell 09:00:00
	token
	TR='' post /oauth2/revokeP '{"appkey":"key","appsecret":"secret",
	    "token":"'"$TOKEN"'"}'
	[ "$(said .code)" = 200 ]
	balance
	refused 500 1 EGW00121
	TR='' post /oauth2/Approval '{"grant_type":"client_credentials",
	    "appkey":"key","secretkey":"secret"}'
	[ "$(said .approval_key | wc -c)" -eq 37 ]
	TR='' post /uapi/hashkey '{"ORD_QTY":"1"}'
	[ "$(said .HASH | wc -c)" -eq 65 ] && [ "$(said .BODY.ORD_QTY)" = 1 ]
}

# ---- who is who -------------------------------------------------------------------

@test "real and mock have their own ids, and refuse the other's" {
	sandbox
	token
	MOCK=V balance
	refused 200 1 OPSQ0002
	TR='' get "$Q/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930"
	refused 200 1 OPSQ9999
	TR=FHKST01010100 get "$Q/inquire-price?FID_COND_MRKT_DIV_CODE=J"
	refused 200 2 OPSQ2001
	[[ $(said .msg1) == *FID_INPUT_ISCD* ]]
	ACCOUNT='CANO=87654321&ACNT_PRDT_CD=01' balance
	refused 200 2 OPSQ2000
	get /uapi/no/such
	refused 404 1 OPSQ0002
	[[ $(said .msg1) == */uapi/no/such* ]]
	# the ids of before 2025 still work, and names in lower case do
	TR=TTTC0802U post $T/order-cash '{"CANO":"12345678","ACNT_PRDT_CD":"01",
	    "PDNO":"005930","ORD_DVSN":"00","ORD_QTY":"1","ORD_UNPR":"9000"}'
	[ "$(said .rt_cd)" = 0 ]
	TR=FHKST01010100 get \
	    "$Q/inquire-price?fid_cond_mrkt_div_code=J&fid_input_iscd=005930"
	[ "$(said .output.stck_sdpr)" = 10000 ]
	# a body's do not, nor do numbers
	TR=TTTC0012U post $T/order-cash '{"cano":"12345678","ACNT_PRDT_CD":"01",
	    "pdno":"005930","ORD_DVSN":"00","ORD_QTY":"1","ORD_UNPR":"9000"}'
	refused 200 2 OPSQ2001
	TR=TTTC0012U post $T/order-cash '{"CANO":"12345678","ACNT_PRDT_CD":"01",
	    "PDNO":"005930","ORD_DVSN":"00","ORD_QTY":1,"ORD_UNPR":"9000"}'
	refused 200 2 OPSQ2001
}

@test "the mock host: ids, codes, what is missing" {
	sandbox --mock
	token
	MOCK='' balance
	refused 500 1 EGW02006
	TR=VTTC0084R get "$T/inquire-psbl-rvsecncl?$ACCOUNT&CTX_AREA_FK100=\
&CTX_AREA_NK100=&INQR_DVSN_1=0&INQR_DVSN_2=0"
	refused 200 1 OPSQ0002
	MOCK=V
	order buy 005930 1 9000
	[ "$(said .rt_cd) $(said .msg_cd)" = '0 40600000' ]
	[ "$(said .output.KRX_FWDG_ORD_ORGNO)" = 00950 ]
	BRANCH=00950 change 02 1 0
	[ "$(said .msg_cd)" = 40630000 ]
	BRANCH=00950 change 02 1 0
	refused 200 1 40330000
	order buy 005930 1 9001
	refused 200 1 40030000
	order buy 005930 1 13010
	refused 200 1 40040000
	order buy 005930 2000 9000
	refused 200 1 40250000
	order sell 005930 1 9000
	refused 200 1 40240000
	order buy 999990 1 9000
	refused 200 1 40070000
	clock 08:59
	order buy 005930 1 9000
	refused 200 1 40570000
	clock 15:31
	order buy 005930 1 9000
	refused 200 1 40580000
	DAY=2025-03-15 clock 10:00
	order buy 005930 1 9000
	refused 200 1 40100000
}

@test "never more than the limit in any second" {
	sandbox --limit 5
	token
	for _ in 1 2 3 4 5; do
		balance
		[ "$(cat status)" = 200 ]
	done
	balance
	refused 500 1 EGW00201
	sleep 1.05
	balance
	[ "$(cat status)" = 200 ]
	curl -s "$REST/sandbox/state" > body
	[ "$(said .most_in_a_second) $(said .limited) $(said .requests)" = '5 1 7' ]
	[ "$(said .most_came_in_a_second)" = 6 ]
}

# ---- orders ----------------------------------------------------------------------

@test "an order from acceptance to balance" {
	sandbox --costs krx
	token
	clock 09:05:11
	order buy 005930 10 10000
	[ "$(said .msg_cd)" = APBK0013 ]
	[ "$(said .output.KRX_FWDG_ORD_ORGNO) $(said .output.ODNO) \
$(said .output.ORD_TMD)" = '91252 0000000001 090511' ]
	[ "$(header tr_id)" = TTTC0012U ]
	orders
	[ "$(rows)" = '1 0 10 0 10 0 0' ]
	[ "$(said '.output1[0].ord_tmd') $(said '.output1[0].excg_id_dvsn_Cd')" = \
	    '090511 KRX' ]
	balance
	[ "$(said .output1)" = '[]' ]
	clock 09:06
	orders
	[ "$(rows)" = '1 0 10 10 0 0 0' ]
	[ "$(said '.output1[0].avg_prvs') $(said '.output1[0].tot_ccld_amt') \
$(said .output2.tot_ccld_amt)" = '10000 100000 100000' ]
	# it settles on the second day: D+0 and D+1 do not know it yet
	balance
	[ "$(said '.output1[0].hldg_qty') $(said '.output1[0].pchs_avg_pric') \
$(said '.output1[0].prdt_name')" = '10 10000.0000 삼성전자' ]
	[ "$(said '.output2[0].dnca_tot_amt') \
$(said '.output2[0].nxdy_excc_amt') \
$(said '.output2[0].prvs_rcdl_excc_amt')" = '10000000 10000000 9899985' ]
	[ "$(said .msg1 | wc -m)" -gt 60 ]
	order sell 005930 4 10050
	balance
	[ "$(said '.output1[0].ord_psbl_qty') $(said '.output1[0].hldg_qty')" = \
	    '6 10' ]
	# on the next session D+1 has it, on the one after it is settled
	DAY=2025-03-17 clock 10:00
	balance
	[ "$(said '.output2[0].dnca_tot_amt') \
$(said '.output2[0].nxdy_excc_amt')" = '10000000 9899985' ]
	[ "$(said '.output1[0].bfdy_buy_qty')" = 10 ]
	DAY=2025-03-18 clock 09:30
	balance
	[ "$(said '.output2[0].dnca_tot_amt')" = 9899985 ]
}

@test "what is sold out stays as a row for a while" {
	sandbox
	token
	order buy 005930 10 0 01
	clock 09:10
	order sell 005930 10 0 01
	clock 09:20
	balance
	[ "$(said '.output1[0].hldg_qty') $(said '.output1[0].thdt_sll_qty')" = \
	    '0 10' ]
	DAY=2025-03-19 clock 10:00
	balance
	[ "$(said .output1)" = '[]' ]
}

@test "amends and cancels have numbers that name the order" {
	sandbox
	token
	order buy 005930 7 9000
	change 01 0000000001 9100
	[ "$(said .output.ODNO)" = 0000000002 ]
	orders
	[ "$(rows)" = '1 0 7 0 0 7 0
2 1 7 0 7 0 0' ]
	TR=TTTC0084R get "$T/inquire-psbl-rvsecncl?$ACCOUNT&CTX_AREA_FK100=\
&CTX_AREA_NK100=&INQR_DVSN_1=0&INQR_DVSN_2=0"
	[ "$(said '.output[0].odno') $(said '.output[0].orgn_odno') \
$(said '.output[0].psbl_qty') $(said '.output[1]')" = '0000000002 0000000001 7 ' ]
	change 02 1 0
	refused 200 7 APBK0344
	BRANCH=06011 change 02 2 0
	refused 200 7 APBK0344
	change 02 2 0
	no=$(said .output.ODNO)
	[[ $no == 500000000? ]]
	orders
	[ "$(rows)" = "1 0 7 0 0 7 0
2 1 7 0 0 7 0
$((10#$no)) 2 7 0 0 7 0" ]
	change 02 "$no" 0
	refused 200 7 APBK0344
	# filled is gone, too
	order buy 005930 1 10000
	clock 09:10
	change 02 3 0
	refused 200 7 APBK0344
	# the day ends what is left
	order buy 005930 1 9000
	clock 15:40
	orders ODNO=4
	[ "$(rows)" = '4 0 1 0 0 1 0' ]
	[ "$(said .output2.tot_ord_qty)" -eq 16 ]
}

@test "an order is changed with the branch that old clients send for all" {
	sandbox
	token
	order buy 005930 7 9000
	BRANCH=06010 change 01 1 9100
	[ "$(said .rt_cd)" = 0 ]
	orders ORD_GNO_BRNO=06010
	[ "$(rows | wc -l)" -eq 2 ]
	[ "$(said '.output1[0].ord_gno_brno')" = 91252 ]
	BRANCH='' change 02 2 0
	[ "$(said .rt_cd)" = 0 ]
	orders ORD_GNO_BRNO=06011
	[ "$(said .msg_cd)" = KIOK0560 ]
	sandbox_end
	sandbox --mock --books mock.db
	token
	MOCK=V
	order buy 005930 1 9000
	BRANCH=06010 change 02 1 0
	[ "$(said .msg_cd)" = 40630000 ]
}

@test "a client whose address ends with a slash" {
	sandbox
	REST+=/ token
	[ "$(cat status)" = 200 ]
	REST+=/ order buy 005930 1 9000
	[ "$(said .rt_cd)" = 0 ]
	REST+=// orders
	[ "$(rows)" = '1 0 1 0 1 0 0' ]
	TR=X get //uapi/nothing
	[ "$(cat status) $(said .rt_cd)" = '404 1' ]
}

@test "an inquiry goes by its id, on whichever path" {
	sandbox
	token
	# so ask old samples what can be bought for
	TR=TTTC8908R get "$T/inquire-daily-ccld?$ACCOUNT&PDNO=005930&ORD_UNPR=\
&ORD_DVSN=01&CMA_EVLU_AMT_ICLD_YN=N&OVRS_ICLD_YN=N"
	[ "$(said .output.nrcvb_buy_qty)" = 769 ]
	TR=TTTC8908R get "$T/inquire-daily-ccld?$ACCOUNT&PDNO=005930"
	refused 200 2 OPSQ2001
	# but no order does
	TR=TTTC0013U post $T/order-cash '{"CANO":"12345678",
	    "ACNT_PRDT_CD":"01","KRX_FWDG_ORD_ORGNO":"91252","ORGN_ODNO":"1",
	    "ORD_DVSN":"00","RVSE_CNCL_DVSN_CD":"02","ORD_QTY":"0",
	    "ORD_UNPR":"0","QTY_ALL_ORD_YN":"Y"}'
	refused 200 1 OPSQ0002
	TR=TTTC0012U get "$T/inquire-balance?$ACCOUNT"
	refused 200 1 OPSQ0002
	TR=TTTC9999R get "$T/inquire-balance?$ACCOUNT"
	refused 200 1 OPSQ0002
}

@test "the orders of one stock, by any of its spellings" {
	sql "INSERT INTO stock_info (code, name, market)
	        VALUES ('500001', '신한 은 선물 ETN', 'ETN');
	    INSERT INTO daily_price SELECT '500001', date, open, high, low, close,
	        volume FROM daily_price WHERE code = '005930'"
	sandbox
	token
	order buy Q500001 1 9000
	[ "$(said .rt_cd)" = 0 ]
	order buy 005930 2 9000
	for code in Q500001 500001 A500001; do
		orders PDNO=$code
		[ "$(rows)" = '1 0 1 0 1 0 0' ]
	done
	orders PDNO=A005930
	[ "$(rows)" = '2 0 2 0 2 0 0' ]
	orders PDNO=035420
	[ "$(said .msg_cd)" = KIOK0560 ]
	orders PDNO=Q5
	[ "$(said .msg_cd)" = KIOK0560 ]
}

@test "a cancel by quantity: all that works, and nothing of what is gone" {
	sql 'UPDATE minute_price SET volume = 40 WHERE time = 901'
	for MOCK in '' 1; do
		local other=(200 7 SANDBOX1) gone=(200 7 APBK0344)
		[ -z "$MOCK" ] || other=(200 1 SANDBOX1) gone=(200 1 40330000)
		sandbox --books "part$MOCK.db" ${MOCK:+--mock}
		token
		order buy 005930 10 10000
		local BRANCH
		BRANCH=$(said .output.KRX_FWDG_ORD_ORGNO)
		clock 09:01
		PART=10 change 02 1 0 # filled
		refused "${gone[@]}"
		order buy 005930 10 10000
		clock 09:02
		orders ODNO=2
		[ "$(rows)" = '2 0 10 4 6 0 0' ]
		PART=10 change 02 2 0 # more than rests
		refused "${gone[@]}"
		PART=5 change 02 2 0
		refused "${other[@]}"
		PART=6 change 02 2 0
		[ "$(said .rt_cd)" = 0 ]
		PART=6 change 02 2 0
		refused "${gone[@]}"
		sandbox_end
	done
}

@test "refusals of the real host" {
	sandbox
	token
	order buy 005930 1 9001
	refused 200 7 APBK0506
	order buy 005930 1 13010
	refused 200 7 APBK0507
	order buy 005930 2000 9000
	refused 200 7 APBK0952
	order sell 005930 1 9000
	refused 200 7 APBK0400
	order buy 999990 1 9000
	refused 200 7 APBK0656
	for type in 11 12 13 15 22 41; do
		order buy 005930 1 9000 $type # a code of ours, not the firm's
		refused 200 7 SANDBOX1
	done
	order buy 005930 0 9000
	refused 200 2 OPSQ2002
	clock 15:31
	order buy 005930 1 9000
	refused 200 7 APBK0918
	# a market buy is reckoned at the upper limit
	clock 10:00
	order buy 005930 770 0 01
	refused 200 7 APBK0952
	TR=TTTC8908R get "$T/inquire-psbl-order?$ACCOUNT&PDNO=005930&ORD_UNPR=\
&ORD_DVSN=01&CMA_EVLU_AMT_ICLD_YN=N&OVRS_ICLD_YN=N"
	[ "$(said .output.psbl_qty_calc_unpr) $(said .output.nrcvb_buy_qty)" = \
	    '13000 769' ]
	order buy 005930 769 0 01
	[ "$(said .rt_cd)" = 0 ]
}

@test "limits alone in the closing auction, of an exam day as well" {
	sandbox
	token
	clock 09:00
	order buy 005930 100 0 01
	[ "$(said .rt_cd)" = 0 ]
	clock 15:19
	order sell 005930 1 0 01
	[ "$(said .rt_cd)" = 0 ]
	clock 15:20
	for type in 01 03 04; do
		order sell 005930 1 0 $type
		refused 200 7 APBK3013
	done
	order sell 005930 1 7000
	[ "$(said .rt_cd)" = 0 ]
	TYPE=01 change 01 3 0 # to market
	refused 200 7 APBK3013
	change 01 3 7010
	[ "$(said .rt_cd)" = 0 ]
	clock 15:29
	order sell 005930 1 0 01
	refused 200 7 APBK3013
	sandbox_end
	sandbox --mock --books mock.db
	MOCK=1 token
	clock 15:20
	MOCK=1 order buy 005930 1 0 01
	refused 200 1 40020000
	[[ $(said .msg1) == *지정가* ]]
	sandbox_end
	sql 'UPDATE market_calendar SET open = 1000, auction = 1620,
	    close = 1630, entry = 930 WHERE date = 20250314'
	sandbox --books exam.db
	token
	clock 15:25
	order buy 005930 1 0 01
	[ "$(said .rt_cd)" = 0 ]
	clock 16:25
	order buy 005930 1 0 01
	refused 200 7 APBK3013
}

@test "pages: cursors of a hundred columns, until the header says D or E" {
	sandbox --mock --cash 100000000
	token
	MOCK=V
	for i in {1..32}; do
		order buy 005930 "$i" 9000
	done
	orders
	[ "$(rows | wc -l) $(header tr_cont) $(said .msg_cd)" = '15 M KIOK0500' ]
	[ "$(said .ctx_area_nk100 | wc -c)" -eq 101 ]
	nk=$(said .ctx_area_nk100 | sed 's/ /%20/g')
	order buy 005930 99 9000
	CONT=N orders "CTX_AREA_NK100=$nk"
	[ "$(rows | head -1) $(header tr_cont)" = '16 0 16 0 16 0 0 M' ]
	nk=$(said .ctx_area_nk100 | sed 's/ *$//')
	CONT=N orders "CTX_AREA_NK100=$nk"
	[ "$(rows | wc -l) $(header tr_cont) $(said .msg_cd)" = '3 E KIOK0510' ]
	# the cursor alone is enough; one of blanks is none
	orders "CTX_AREA_NK100=$nk"
	[ "$(rows | wc -l) $(header tr_cont)" = '3 E' ]
	orders 'CTX_AREA_NK100=%20%20'
	[ "$(rows | head -1) $(header tr_cont)" = '1 0 1 0 1 0 0 M' ]
	nk=$(sed 's/ /%20/g' <<< "$nk")
	trouble same-row,times=1
	CONT=N orders "CTX_AREA_NK100=$nk"
	[ "$(rows | wc -l) $(header tr_cont)" = '4 E' ]
	trouble stuck-cursor
	orders
	[ "$(header tr_cont)" = M ] && [ -z "$(said .ctx_area_nk100 | tr -d ' ')" ]
	orders SLL_BUY_DVSN_CD=01
	[ "$(said .rt_cd) $(said .msg_cd) $(header tr_cont)" = '0 KIOK0560 D' ]
}

# ---- prices -----------------------------------------------------------------------

@test "bars: newest first, so many rows, the firm's traps" {
	sandbox
	token
	clock 09:40
	TR=FHKST03010200 get "$Q/inquire-time-itemchartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_HOUR_1=094200&\
FID_PW_DATA_INCU_YN=N&FID_ETC_CLS_CODE="
	times=$(sqlite3 :memory: "SELECT group_concat(value ->> 'stck_cntg_hour' ||
	    '=' || (value ->> 'cntg_vol')) FROM json_each(readfile('body'),
	    '\$.output2')")
	[[ $times == 094200=0,094100=0,094000=1000,093900=1000,* ]]
	[ "$(tr ',' '\n' <<< "$times" | wc -l)" -eq 30 ]
	trouble empty-rows
	TR=FHKST03010230 get "$Q/inquire-time-dailychartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_HOUR_1=153000&\
FID_INPUT_DATE_1=20250314&FID_PW_DATA_INCU_YN=Y&FID_FAKE_TICK_INCU_YN="
	[ "$(said '.output2[0]')" = '{}' ]
	trouble zero-bar,times=1
	trouble negative-bar,times=1
	trouble double-bar,times=1
	TR=FHKST03010230 get "$Q/inquire-time-dailychartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_HOUR_1=093000&\
FID_INPUT_DATE_1=20250314&FID_PW_DATA_INCU_YN=N&FID_FAKE_TICK_INCU_YN="
	[ "$(sqlite3 :memory: "SELECT count(*), sum(value ->> 'stck_oprc' = '0')
	    FROM json_each(readfile('body'), '\$.output2')")" = '33|2' ]
	TR=FHKST03010100 get "$Q/inquire-daily-itemchartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=20250301&\
FID_INPUT_DATE_2=20250331&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=0"
	[ "$(said '.output2[1].stck_bsop_date') $(said '.output2[1].acml_vol') \
$(said '.output2[2].stck_bsop_date') $(said '.output2[3]')" = \
	    '20250314 40000 20250313 ' ]
	TR=FHKST01010400 get "$Q/inquire-daily-price?FID_COND_MRKT_DIV_CODE=J&\
FID_INPUT_ISCD=005930&FID_PERIOD_DIV_CODE=M&FID_ORG_ADJ_PRC=0"
	[ "$(said '.output[1].stck_bsop_date') $(said '.output[1].acml_vol') \
$(said '.output[2]')" = '20250314 1040000 ' ]
}

# minutes HOUR [Y]: the first and the last row of today's call, and how many
minutes()
{
	TR=FHKST03010200 get "$Q/inquire-time-itemchartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_HOUR_1=$1&\
FID_PW_DATA_INCU_YN=${2-N}&FID_ETC_CLS_CODE="
	sqlite3 -separator ' ' :memory: "SELECT
	    max(value ->> 'stck_bsop_date' || ' ' || (value ->> 'stck_cntg_hour')),
	    min(value ->> 'stck_bsop_date' || ' ' || (value ->> 'stck_cntg_hour')),
	    count(*) FROM json_each(readfile('body'), '\$.output2')"
}

@test "today's minutes are today's, and midnight is no bound" {
	sql "INSERT INTO minute_price SELECT code, 20250313, time, open, high,
	    low, close, volume FROM minute_price"
	sandbox
	token
	clock 09:10
	# a client goes back until it is through, and asks for the past, too
	[ "$(minutes 091000 Y)" = '20250314 091000 20250314 090000 11' ]
	[ "$(minutes 085900 Y)" = '  0' ]
	# its first question, when it knows no time yet
	[ "$(minutes 000000)" = '20250314 091000 20250314 090000 11' ]
	[ "$(minutes 085900)" = '  0' ]
	clock 15:40
	[ "$(minutes 000000)" = '20250314 153000 20250314 145100 30' ]
	# the call for past days does go back
	TR=FHKST03010230 get "$Q/inquire-time-dailychartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_HOUR_1=000000&\
FID_INPUT_DATE_1=20250314&FID_PW_DATA_INCU_YN=Y&FID_FAKE_TICK_INCU_YN="
	[ "$(said '.output2[0].stck_bsop_date')" = 20250313 ]
	[ "$(minutes 0000)" = '  0' ]
	refused 200 2 OPSQ2002
}

@test "bars from the beginning, however the client writes that" {
	sandbox
	token
	for from in 20250313 19000101 00000101 00000000 00010101 0 ''; do
		TR=FHKST03010100 get "$Q/inquire-daily-itemchartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=$from&\
FID_INPUT_DATE_2=20250331&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=0"
		[ "$(said '.output2[0].stck_bsop_date') $(said .rt_cd)" = \
		    '20250313 0' ]
	done
	for from in 20250230 99990101 1 0000010 000000101 x; do
		TR=FHKST03010100 get "$Q/inquire-daily-itemchartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=$from&\
FID_INPUT_DATE_2=20250331&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=0"
		refused 200 2 OPSQ2002
	done
	TR=FHKST03010100 get "$Q/inquire-daily-itemchartprice?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=00000101&\
FID_INPUT_DATE_2=00000101&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=0"
	refused 200 2 OPSQ2002
}

@test "the last trades, newest first" {
	bar 005930 0909 10000 10200 9900 10100 1002
	sandbox
	token
	trades()
	{
		TR=FHKST01010300 get "$Q/inquire-ccnl?FID_COND_MRKT_DIV_CODE=J&\
FID_INPUT_ISCD=005930"
		sqlite3 -separator ' ' :memory: "SELECT value ->> 'stck_cntg_hour',
		    value ->> 'stck_prpr', value ->> 'prdy_vrss',
		    value ->> 'prdy_vrss_sign', value ->> 'cntg_vol',
		    value ->> 'prdy_ctrt' FROM json_each(readfile('body'),
		    '\$.output')"
	}
	[ -z "$(trades)" ] && [ "$(said .rt_cd)" = 0 ]
	clock 09:09:59
	[ "$(trades | head -1)" = '090845 10000 0 3 250 0.00' ]
	clock 09:10
	[ "$(trades | head -4)" = '090945 10100 100 2 252 1.00
090930 9900 -100 5 250 -1.00
090915 10200 200 2 250 2.00
090900 10000 0 3 250 0.00' ]
	[ "$(trades | wc -l)" -eq 30 ]
	[ -z "$(echo tday_rltv | lacks '.output[0]')" ]
}

@test "what is in the future is not told" {
	bar 005930 0910 10000 12000 10000 12000 1000
	sandbox
	token
	clock 09:10:59
	TR=FHKST01010100 get \
	    "$Q/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930"
	[ "$(said .output.stck_prpr) $(said .output.stck_hgpr)" = '10000 10000' ]
	clock 09:11
	TR=FHKST11300006 get "$Q/intstock-multprice?FID_COND_MRKT_DIV_CODE_1=J&\
FID_INPUT_ISCD_1=005930&FID_COND_MRKT_DIV_CODE_2=J&FID_INPUT_ISCD_2=999990"
	[ "$(said '.output[0].inter2_prpr') $(said '.output[0].inter2_hgpr') \
$(said '.output[1].inter2_prpr')" = '12000 12000 0' ]
}

@test "a halt, an interruption, a designation of the exchange" {
	printf '%s\n' '[paper]' 'halted = 005930:0930-1000' \
	    'interrupted = 035420:0930-1000' \
	    'designated = 005930:0930-1010' > paper.conf
	chmod 600 paper.conf
	sandbox -c paper.conf
	token
	states() {
		for code in 005930 035420; do
			TR=FHKST01010100 get "$Q/inquire-price?\
FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=$code"
			printf '%s%s ' "$(said .output.temp_stop_yn)" \
			    "$(said .output.vi_cls_code)"
		done
	}
	[ "$(states)" = 'NN NN ' ]
	clock 09:31
	[ "$(states)" = 'YN NY ' ]
	order buy 005930 1 9000
	refused 200 7 APBK0661
	order buy 035420 1 9000
	[ "$(said .rt_cd)" = 0 ]
	clock 10:00
	order buy 005930 1 9000
	[ "$(said .rt_cd)" = 0 ]
	[ "$(states)" = 'NN NN ' ]
	TR=FHKST01010100 get \
	    "$Q/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930"
	[ "$(said .output.iscd_stat_cls_code)" = 51 ]
	[ "$(said .output.mang_issu_cls_code)" = Y ]
	TR=CTPF1002R get "$Q/search-stock-info?PRDT_TYPE_CD=300&PDNO=005930"
	[ "$(said .output.admn_item_yn) $(said .output.tr_stop_yn)" = 'Y N' ]
}

@test "days and stocks: holidays, names, the master files" {
	sandbox
	token
	TR=CTCA0903R get "$Q/chk-holiday?BASS_DT=20250314&CTX_AREA_NK=&CTX_AREA_FK="
	[ "$(said '.output[0].opnd_yn')$(said '.output[1].opnd_yn')" = YN ]
	[ "$(said '.output[0].wday_dvsn_cd') $(header tr_cont)" = '06 M' ]
	nk=$(said .ctx_area_nk | tr -d ' ')
	CONT=N TR=CTCA0903R get \
	    "$Q/chk-holiday?BASS_DT=20250314&CTX_AREA_NK=$nk&CTX_AREA_FK="
	[ "$(said '.output[0].bass_dt')" = 20250408 ]
	TR=CTPF1002R get "$Q/search-stock-info?PRDT_TYPE_CD=300&PDNO=035420"
	[ "$(said .output.prdt_name) $(said .output.mket_id_cd)" = 'NAVER KSQ' ]
	# the shorter call, which a client makes for each stock that it is given
	TR=CTPF1604R get "$Q/search-info?PRDT_TYPE_CD=300&PDNO=035420"
	[ "$(said .output.shtn_pdno) $(said .output.prdt_abrv_name) \
$(said .output.prdt_type_cd)" = '035420 NAVER 300' ]
	[ -z "$(echo pdno std_pdno prdt_name prdt_name120 prdt_eng_name120 \
	    prdt_eng_abrv_name | lacks .output)" ]
	TR=CTPF1604R get "$Q/search-info?PRDT_TYPE_CD=512&PDNO=035420"
	refused 200 7 APBK0656
	for m in kospi:삼성전자:288 kosdaq:NAVER:282; do
		IFS=: read -r name stock width <<< "$m"
		curl -s -o m.zip "$REST/common/master/${name}_code.mst.zip"
		# one member, deflated: what gzip reads, but for the header
		gzip -dc < m.zip > m.mst
		[ "$(head -1 m.mst | tr -d '\n' | wc -c)" -eq "$width" ]
		head -1 m.mst | cut -b 22-61 | iconv -f CP949 -t UTF-8 |
		    grep -q "^$stock  *$"
	done
}

# ---- troubles ----------------------------------------------------------------------

@test "an answer that is lost, cut, garbage; a request that never came" {
	sandbox --trouble lose-answer:order-cash,times=1
	token
	run order buy 005930 1 9000
	[ "$status" -eq 52 ] # the server closed without a word
	orders
	[ "$(rows)" = '1 0 1 0 1 0 0' ]
	trouble lose-request:order-cash,times=1
	run order buy 005930 1 9000
	[ "$status" -eq 52 ]
	trouble cut-answer:order-cash,times=1
	run order buy 005930 1 9000
	[ "$status" -eq 18 ]
	for w in unbuilt unbuilt-ok timeout-after html-after garbage empty; do
		trouble "$w:order-cash,times=1"
		order buy 005930 1 9000
		cat status >> statuses
		echo >> statuses
	done
	[ "$(tr '\n' ' ' < statuses)" = '500 500 500 502 200 200 ' ]
	for w in html busy ledger timeout; do
		trouble "$w:order-cash,times=1"
		order buy 005930 1 9000
	done
	refused 500 1 EGW00301
	trouble lower-keys:order-cash,times=1
	order buy 005930 1 9000
	[ "$(said .output.odno)" = 0000000009 ]
	orders
	[ "$(rows | wc -l)" -eq 9 ]
}

@test "lists that lie" {
	sandbox
	token
	clock 09:05:10
	order buy 005930 1 9000
	trouble late-list:inquire-daily,ms=3000
	orders
	[ "$(said .msg_cd)" = KIOK0560 ]
	clock 09:05:13
	orders
	[ "$(rows | wc -l)" -eq 1 ]
	trouble no-rows:inquire-daily,times=2
	orders
	[ -z "$(rows)" ]
	trouble empty-refused
	orders
	refused 200 7 KIOK0560
	trouble mistyped:inquire-daily,times=1
	orders
	[ "$(sqlite3 :memory: "SELECT json_type(readfile('body'),
	    '\$.output1[0].ord_qty')")" != text ]
	# both spellings of what the firm's papers spell in two ways, or the other
	spellings()
	{
		sqlite3 :memory: "SELECT group_concat(key, ' ') FROM (SELECT key
		    FROM json_each(readfile('body'), '\$.output1[0]')
		    WHERE key LIKE 'cnc%cfrm_qty' OR key LIKE 'excg_id_dvsn_cd'
		    ORDER BY key)"
	}
	orders
	[ "$(spellings)" = \
	    'cnc_cfrm_qty cncl_cfrm_qty excg_id_dvsn_Cd excg_id_dvsn_cd' ]
	[ "$(said '.output1[0].cnc_cfrm_qty') \
$(said '.output1[0].excg_id_dvsn_cd')" = '0 KRX' ]
	trouble other-key,times=1
	orders
	[ "$(spellings)" = 'cnc_cfrm_qty excg_id_dvsn_cd' ]
	trouble expire-token:inquire-balance,times=1
	balance
	refused 500 1 EGW00123
	balance
	refused 500 1 EGW00121
	run trouble nonsense
	[ "$status" -ne 0 ]
	curl -s -X POST "$REST/sandbox/trouble?clear=1" > /dev/null
	trouble slow,ms=300
	start=$(date +%s%N)
	orders
	[ $(($(date +%s%N) - start)) -gt 300000000 ]
	# and the account's own faults, from a configuration
	sandbox_end
	printf '[paper]\nwill = late-reject\n' > paper.conf
	chmod 600 paper.conf
	sandbox -c paper.conf --books other.db
	token
	order buy 005930 5 9000
	[ "$(said .rt_cd)" = 0 ]
	orders
	[ "$(rows)" = '1 0 5 0 0 0 5' ]
}

# ---- what clients look for ---------------------------------------------------------

# lacks OBJECT: those of the fields named on stdin that it has not as a text
lacks()
{
	sqlite3 -batch -noheader :memory: "SELECT value FROM json_each('[\"$(
	    tr -s ' \n' '\n' | sed '/^$/d' | paste -s -d, | sed 's/,/","/g')\"]') w
	    WHERE w.value NOT IN (SELECT key FROM json_each(readfile('body'),
	    '\$$1') WHERE type = 'text')"
}

levels() # NAME...: each of ten
{
	local name

	for name; do
		echo "$name"{1..10}
	done
}

@test "fields that nothing here fills are there all the same" {
	local stock='FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930'
	sandbox
	token
	clock 09:10
	TR=FHKST01010100 get "$Q/inquire-price?$stock"
	[ -z "$(lacks .output <<- 'E'
	iscd_stat_cls_code marg_rate rprs_mrkt_kor_name new_hgpr_lwpr_cls_code
	bstp_kor_isnm temp_stop_yn oprc_rang_cont_yn clpr_rang_cont_yn
	crdt_able_yn grmn_rate_cls_code elw_pblc_yn stck_prpr prdy_vrss
	prdy_vrss_sign prdy_ctrt acml_tr_pbmn acml_vol prdy_vrss_vol_rate
	stck_oprc stck_hgpr stck_lwpr stck_mxpr stck_llam stck_sdpr
	wghn_avrg_stck_prc hts_frgn_ehrt frgn_ntby_qty pgtr_ntby_qty
	pvt_scnd_dmrs_prc pvt_frst_dmrs_prc pvt_pont_val pvt_frst_dmsp_prc
	pvt_scnd_dmsp_prc dmrs_val dmsp_val cpfn rstc_wdth_prc stck_fcam
	stck_sspr aspr_unit hts_deal_qty_unit_val lstn_stcn hts_avls per eps
	pbr stac_month vol_tnrt bps d250_hgpr d250_hgpr_date
	d250_hgpr_vrss_prpr_rate d250_lwpr d250_lwpr_date
	d250_lwpr_vrss_prpr_rate stck_dryy_hgpr dryy_hgpr_vrss_prpr_rate
	dryy_hgpr_date stck_dryy_lwpr dryy_lwpr_vrss_prpr_rate dryy_lwpr_date
	w52_hgpr w52_hgpr_vrss_prpr_ctrt w52_hgpr_date w52_lwpr
	w52_lwpr_vrss_prpr_ctrt w52_lwpr_date whol_loan_rmnd_rate ssts_yn
	stck_shrn_iscd fcam_cnnm cpfn_cnnm apprch_rate frgn_hldn_qty
	vi_cls_code ovtm_vi_cls_code last_ssts_cntg_qty invt_caful_yn
	mrkt_warn_cls_code short_over_yn sltr_yn mang_issu_cls_code
	E
	)" ]
	# a date can be read as one
	[ "$(said .output.w52_hgpr_date)" = 20250314 ]
	TR=FHKST11300006 get "$Q/intstock-multprice?FID_COND_MRKT_DIV_CODE_1=J\
&FID_INPUT_ISCD_1=005930"
	[ -z "$(lacks '.output[0]' <<- 'E'
	kospi_kosdaq_cls_name mrkt_trtm_cls_name hour_cls_code inter_shrn_iscd
	inter_kor_isnm inter2_prpr inter2_prdy_vrss prdy_vrss_sign prdy_ctrt
	acml_vol inter2_oprc inter2_hgpr inter2_lwpr inter2_llam inter2_mxpr
	inter2_askp inter2_bidp seln_rsqn shnu_rsqn total_askp_rsqn
	total_bidp_rsqn acml_tr_pbmn inter2_prdy_clpr oprc_vrss_hgpr_rate
	intr_antc_cntg_vrss intr_antc_cntg_vrss_sign intr_antc_cntg_prdy_ctrt
	intr_antc_vol inter2_sdpr
	E
	)" ]
	TR=FHKST01010200 get "$Q/inquire-asking-price-exp-ccn?$stock"
	[ -z "$(levels askp bidp askp_rsqn bidp_rsqn askp_rsqn_icdc \
	    bidp_rsqn_icdc | lacks .output1)" ]
	TR=FHKST03010100 get "$Q/inquire-daily-itemchartprice?$stock&\
FID_INPUT_DATE_1=20250301&FID_INPUT_DATE_2=20250331&FID_PERIOD_DIV_CODE=D&\
FID_ORG_ADJ_PRC=0"
	[ -z "$(lacks .output1 <<- 'E'
	prdy_vrss prdy_vrss_sign prdy_ctrt stck_prdy_clpr acml_vol acml_tr_pbmn
	hts_kor_isnm stck_prpr stck_shrn_iscd prdy_vol stck_mxpr stck_llam
	stck_oprc stck_hgpr stck_lwpr stck_prdy_oprc stck_prdy_hgpr
	stck_prdy_lwpr askp bidp prdy_vrss_vol vol_tnrt stck_fcam lstn_stcn cpfn
	hts_avls per eps pbr itewhol_loan_rmnd_ratem
	E
	)" ]
	[ "$(said .output1.prdy_vol) $(said .output1.stck_prdy_hgpr)" = \
	    '1000000 10000' ]
	TR=CTRP6548R get "$T/inquire-account-balance?$ACCOUNT&INQR_DVSN_1=&\
BSPR_BF_DT_APLY_YN="
	[ -z "$(lacks .output2 <<- 'E'
	pchs_amt_smtl nass_tot_amt loan_amt_smtl evlu_pfls_amt_smtl
	evlu_amt_smtl tot_asst_amt tot_lnda_tot_ulst_lnda cma_auto_loan_amt
	tot_mgln_amt stln_evlu_amt crdt_fncg_amt ocl_apl_loan_amt pldg_stup_amt
	frcr_evlu_tota tot_dncl_amt cma_evlu_amt dncl_amt tot_sbst_amt
	thdt_rcvb_amt ovrs_stck_evlu_amt1 ovrs_bond_evlu_amt
	mmf_cma_mgge_loan_amt sbsc_dncl_amt pbst_sbsc_fnds_loan_use_amt
	etpr_crdt_grnt_loan_amt
	E
	)" ]
	TR=CTPF1002R get "$Q/search-stock-info?PRDT_TYPE_CD=300&PDNO=005930"
	[ -z "$(lacks .output <<- 'E'
	pdno prdt_type_cd mket_id_cd scty_grp_id_cd excg_dvsn_cd setl_mmdd
	lstg_stqt lstg_cptl_amt cpta papr issu_pric kospi200_item_yn
	scts_mket_lstg_dt scts_mket_lstg_abol_dt kosdaq_mket_lstg_dt
	kosdaq_mket_lstg_abol_dt frbd_mket_lstg_dt frbd_mket_lstg_abol_dt
	reits_kind_cd etf_dvsn_cd oilf_fund_yn idx_bztp_lcls_cd
	idx_bztp_mcls_cd idx_bztp_scls_cd stck_kind_cd mfnd_opng_dt
	mfnd_end_dt dpsi_erlm_cncl_dt etf_cu_qty prdt_name prdt_name120
	prdt_abrv_name std_pdno prdt_eng_name prdt_eng_name120
	prdt_eng_abrv_name dpsi_aptm_erlm_yn etf_txtn_type_cd etf_type_cd
	lstg_abol_dt nwst_odst_dvsn_cd sbst_pric thco_sbst_pric
	thco_sbst_pric_chng_dt tr_stop_yn admn_item_yn thdt_clpr bfdy_clpr
	clpr_chng_dt std_idst_clsf_cd std_idst_clsf_cd_name
	idx_bztp_lcls_cd_name idx_bztp_mcls_cd_name idx_bztp_scls_cd_name
	ocr_no crfd_item_yn elec_scty_yn issu_istt_cd etf_chas_erng_rt_dbnb
	etf_etn_ivst_heed_item_yn stln_int_rt_dvsn_cd frnr_psnl_lmt_rt
	lstg_rqsr_issu_istt_cd lstg_rqsr_item_cd trst_istt_issu_istt_cd
	cptt_trad_tr_psbl_yn nxt_tr_stop_yn
	E
	)" ]
}

@test "the last thirty days are a list of rows of their own, and no more" {
	sql "INSERT INTO daily_price VALUES ('005930', 20250312, 9000, 9900,
	    8900, 9500, 800000)"
	sandbox
	token
	TR=FHKST01010400 get "$Q/inquire-daily-price?FID_COND_MRKT_DIV_CODE=J&\
FID_INPUT_ISCD=005930&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=0"
	[ "$(sqlite3 :memory: "SELECT group_concat(key, ' ') FROM (SELECT key
	    FROM json_each(readfile('body')) ORDER BY key)")" = \
	    'msg1 msg_cd output rt_cd' ]
	[ "$(sqlite3 :memory: "SELECT group_concat(key, ' ') FROM (SELECT key
	    FROM json_each(readfile('body'), '\$.output[0]') ORDER BY key)")" = \
	    "$(echo acml_prtt_rate acml_vol flng_cls_code frgn_ntby_qty \
	    hts_frgn_ehrt prdy_ctrt prdy_vrss prdy_vrss_sign \
	    prdy_vrss_vol_rate stck_bsop_date stck_clpr stck_hgpr stck_lwpr \
	    stck_oprc)" ]
	[ "$(said '.output[0].prdy_vrss') $(said '.output[0].prdy_ctrt') \
$(said '.output[0].prdy_vrss_sign') $(said '.output[0].prdy_vrss_vol_rate')" = \
	    '500 5.26 2 25.00' ]
}

@test "of other countries there is nothing, and it is said so" {
	local O=/uapi/overseas-stock/v1/trading C200='CTX_AREA_FK200=&CTX_AREA_NK200='
	local present="$O/inquire-present-balance?$ACCOUNT&WCRC_FRCR_DVSN_CD=01\
&NATN_CD=000&TR_MKET_CD=00&INQR_DVSN_CD=00"
	local shares="$O/inquire-balance?$ACCOUNT&OVRS_EXCG_CD=NASD&TR_CRCY_CD=USD&$C200"
	local orders="$O/inquire-ccnl?$ACCOUNT&PDNO=%25&ORD_STRT_DT=20250314\
&ORD_END_DT=20250314&SLL_BUY_DVSN=00&CCLD_NCCS_DVSN=00&OVRS_EXCG_CD=%25\
&SORT_SQN=DS&ORD_DT=&ORD_GNO_BRNO=&ODNO=&$C200"
	local open="$O/inquire-nccs?$ACCOUNT&OVRS_EXCG_CD=NASD&SORT_SQN=&$C200"
	local profit="$O/inquire-period-profit?$ACCOUNT&OVRS_EXCG_CD=&NATN_CD=\
&CRCY_CD=&PDNO=&INQR_STRT_DT=20250301&INQR_END_DT=20250314\
&WCRC_FRCR_DVSN_CD=01&$C200"
	nothing() # LIST [CURSOR]: the last answer has it, empty
	{
		[ "$(cat status) $(said .rt_cd) $(said .msg_cd) $(header tr_cont)" = \
		    '200 0 KIOK0560 D' ]
		[ "$(said ".$1")" = '[]' ]
		[ "$#" -eq 1 ] || [ "$(said .ctx_area_fk200 | wc -c) \
$(said .ctx_area_nk200 | tr -d ' ')" = '201 ' ]
	}
	for mock in '' V; do
		sandbox ${mock:+--mock} --books "b$mock.db"
		token
		TR=${mock:-C}TRP6504R get "$present"
		nothing output1 && nothing output2
		[ "$(said .output3.tot_asst_amt) $(said .output3.evlu_erng_rt1)" = \
		    '0 0.00' ]
		TR=${mock:-T}TTS3012R get "$shares"
		nothing output1 cursor
		[ "$(said .output2.ovrs_tot_pfls)" = 0 ]
		TR=${mock:-T}TTS3035R get "$orders"
		nothing output cursor
		TR=${mock:-T}TTS3035R get "${orders/12345678/87654321}"
		refused 200 2 OPSQ2000
		TR=${mock:-T}TTS3018R get "$open"
		[ -n "$mock" ] || nothing output cursor
		[ -z "$mock" ] || refused 200 1 OPSQ0002
		TR=${mock:-T}TTS3039R get "$profit"
		[ -n "$mock" ] || nothing output1 cursor
		[ -z "$mock" ] || refused 200 1 OPSQ0002
		sandbox_end
	done
}

@test "headers are names: what the firm writes in lower case, and no more" {
	sandbox
	token
	balance
	[ "$(tr -d '\r' < headers | sed -n 's/^\([a-z_-]*\):.*/\1/p' | sort |
	    paste -s -d ' ')" = 'gt_uid tr_cont tr_id' ]
	[ "$(header Content-Type)" = 'application/json; charset=utf-8' ]
}

@test "a hash of another body, a market that does not exist" {
	local body='{"CANO":"12345678","ACNT_PRDT_CD":"01","PDNO":"005930",
	    "ORD_DVSN":"00","ORD_QTY":"1","ORD_UNPR":"10000"}'
	sandbox
	token
	TR='' post /uapi/hashkey "$body"
	CURL=(-H "hashkey: $(said .HASH)")
	# blanks are not what is hashed
	TR=TTTC0012U post $T/order-cash "$(tr -d ' \n\t' <<< "$body")"
	[ "$(said .rt_cd)" = 0 ]
	TR=TTTC0012U post $T/order-cash "${body/10000/9990}"
	refused 500 1 EGW00131
	CURL=(-H 'hashkey;')
	TR=TTTC0012U post $T/order-cash "$body"
	[ "$(said .rt_cd)" = 0 ]
	TR=FHKST01010100 get \
	    "$Q/inquire-price?FID_COND_MRKT_DIV_CODE=X&FID_INPUT_ISCD=005930"
	refused 200 2 OPSQ2001
	TR=FHKST01010100 get \
	    "$Q/inquire-price?fid_cond_mrkt_div_code=UN&fid_input_iscd=005930"
	[ "$(said .rt_cd)" = 0 ]
	run curl -s -o body -w '%{http_code}' "$REST/nothing"
	[ "$output" = 404 ] && grep -q '404 Not Found' body
	# what clients look for as JSON before they look at the status
	run curl -s -o body -w '%{http_code}' "$REST/uapi/no%22%0a%ff%EC%82/$(
	    printf '%0200d' 7)"
	[ "$output $(said .rt_cd)" = '404 1' ]
}

# ---- a client of somebody else's ---------------------------------------------------

@test "a client that shares nothing with ours: orders, notices, trades" {
	command -v python3 > python || skip 'no python3 here'
	sandbox --speed 20 --costs none
	timeout 30 python3 "$ROOT/tests/kis-client.py" "$REST" "$SOCKET" 005930 3 \
	    > heard
	[ "$(head -n 3 heard)" = 'H0STCNI0 SUBSCRIBE SUCCESS
H0STCNT0 SUBSCRIBE SUCCESS
order 0 0000000001 TTTC0012U' ]
	# accepted, then in whichever order: the minute's trades, and the fill
	[[ $(sed -n 4p heard) == \
	    'H0STCNI0 1 26 005930 0000000003 000000000 '*' 0 1' ]]
	grep -q '^H0STCNI0 1 26 005930 0000000003 000010000 [0-9]* 0 2$' heard
	grep -q '^H0STCNT0 4 46 ' heard
	sandbox_end
	sandbox --speed 20 --costs none --trade-fields 47 --books other.db
	timeout 30 python3 "$ROOT/tests/kis-client.py" "$REST" "$SOCKET" 005930 3 \
	    > heard
	grep -q '^H0STCNT0 4 47 ' heard
}

# ---- the program ---------------------------------------------------------------------

@test "by HTTPS, with the certificate that is given" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem \
	    -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	    2> /dev/null
	sandbox --cert cert.pem --key key.pem
	[[ $REST == https://127.0.0.1:* ]]
	run post /oauth2/tokenP '{}'
	[ "$status" -eq 60 ]
	CURL=(--cacert cert.pem)
	token
	[ "$(said .token_type)" = Bearer ]
}

@test "the time: set by header, then it stands; else it runs" {
	sandbox --speed 60
	now() { curl -s "$REST/sandbox/state" > body && said .now; }
	first=$(now)
	sleep 0.2
	[ "$(now)" != "$first" ]
	CURL=(-H 'x-maemae-now: 2025-03-14 09:30:07')
	token
	[ "$(said .access_token_token_expired)" = '2025-03-15 09:30:07' ]
	sleep 0.2
	[ "$(now)" = 2025-03-14T09:30:07+09:00 ]
	curl -s -X POST "$REST/sandbox/clock?now=$DAY+10:00&run=1" > body
	sleep 0.2
	[[ $(now) > 2025-03-14T10:00:05 ]]
}

@test "it ends when it is told to, and its account stays" {
	sandbox
	token
	order buy 005930 10 10000
	kill "$SANDBOX"
	wait "$SANDBOX"
	[ ! -s sandbox.err ]
	[ "$BOOKS" = "$BATS_TEST_TMPDIR/maemae-kis.db" ]
	# and so does what it has promised
	sandbox
	clock 09:10
	balance
	[ "$(said '.output1[0].hldg_qty')" = 10 ]
	# the account holder's phone
	paper-broker --books "$BOOKS" --now "$DAY 09:11" sell 005930 3 > out
	orders
	[ "$(rows)" = '1 0 10 10 0 0 0
2 0 3 0 3 0 0' ]
}

@test "mistakes in the call and the database" {
	bad_options kis-sandbox
	bad_databases kis-sandbox
	new_db
	refuses 64 'ten digits' kis-sandbox --account 123 --port 0 --ws-port 0
	refuses 64 trouble kis-sandbox --trouble nonsense --port 0 --ws-port 0
	refuses 64 trouble kis-sandbox --trouble slow,ms=x --port 0 --ws-port 0
	refuses 64 'trade-fields' kis-sandbox --trade-fields 45 --port 0 --ws-port 0
	refuses 64 'notice-fields' kis-sandbox --notice-fields 24 --port 0 --ws-port 0
	refuses 64 together kis-sandbox --cert x --port 0 --ws-port 0
	refuses 64 costs kis-sandbox --costs x --port 0 --ws-port 0
	refuses 78 absent kis-sandbox -c absent.conf --port 0 --ws-port 0
	sandbox
	run --separate-stderr kis-sandbox --port "${REST##*:}" --ws-port 0 -n
	fails_with 1 "cannot serve HTTP: port ${REST##*:} of 127.0.0.1 is in use"
	run --separate-stderr kis-sandbox --ws-port "${SOCKET##*:}" --port 0 -n
	fails_with 1 "the socket: port ${SOCKET##*:} of 127.0.0.1 is in use"
}

@test "the example of the page runs" {
	page_examples kis-sandbox > examples
	[ "$(wc -l < examples)" -eq 1 ]
	eval "$(cat examples) --port 0 --ws-port 0 -n" > out
	grep -q ws://127.0.0.1: out
}
