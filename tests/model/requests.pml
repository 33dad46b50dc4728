/*
 * The moves of a request (amend, cancel) as the model uses them, a line each:
 * R(state, next).  tests/model.bats compares them with the trigger
 * order_request_state of the database, both ways.
 */
R(RQ_PLANNED,	RQ_SENDING)
R(RQ_PLANNED,	RQ_DROPPED)
R(RQ_SENDING,	RQ_ACCEPTED)
R(RQ_SENDING,	RQ_REFUSED)
R(RQ_SENDING,	RQ_UNKNOWN)
R(RQ_UNKNOWN,	RQ_ACCEPTED)
R(RQ_UNKNOWN,	RQ_REFUSED)
R(RQ_UNKNOWN,	RQ_DROPPED)
