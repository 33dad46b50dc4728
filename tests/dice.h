/*
 * dice.h - the two strategies with which all faults are tried: the simulator's
 * (sim/world.c), the kills' (kill/stage.c) and those of the days of faults
 * (unit/account_faults.c).  How many positions and how much money each has is
 * said by who configures them; the rest is here.
 *
 * Both throw dice (modules/dice.c).  The first trades at market with stops of
 * all kinds; the second shares stocks with it and goes by limits alone.
 */
#ifndef DICE_H
#define DICE_H

#define DICE_ONE                                                        \
	" signals=intraday stop_loss_ratio=-1 trailing_stop_ratio=-0.7" \
	" take_profit_ratio=1"
#define DICE_TWO                                        \
	" signals=intraday shared=yes exit_order=limit" \
	" stop_order=limit stop_loss_ratio=-0.6 take_profit_ratio=0.5"

#endif
