kill                      5  term                      0  skip                      0
double                    0  slow                     21  shuffle                   0
preempt                  21  no-memory                 0  follower                  0
reboot                    1  power-loss                0  disk-full                 2
read-only                 0  new-schema                0  long-reader               2
clock-back                0  clock-forward             0  busy                     12
io-error                  0  no-files                  0  lose-request              2
lose-answer               0  delay                     0  reject                    3
late-reject               0  late-list                 0  cancel-loses              0
partial                   0  split-fills               0  late-fills                0
late-balance              0  repeat-fills              0  reorder-fills             0
down                      0  renumber                  0  outage                    0
late-bars                 5  empty-bars                7  revised-bars              1
hand-trades               0  hand-money                0  hand-cancels              1
hand-halts                1  hand-syncs                4  hand-settles              0
hand-settings             0  hand-deletes              1  old-backup                0

3 days, 89 faults injected, 0 violations
