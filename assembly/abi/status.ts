// Outcomes of a frame, in ranges as in revm and EVMC: 0 success, 1 revert, from 2 on an exceptional
// halt (all gas of the frame is lost). An outcome is data, never an exception.

export const STATUS_SUCCESS = 0;
export const STATUS_REVERT = 1;
export const STATUS_OUT_OF_GAS = 2;
export const STATUS_STACK_UNDERFLOW = 3;
export const STATUS_STACK_OVERFLOW = 4;
export const STATUS_BAD_JUMP = 5;
export const STATUS_UNDEFINED_INSTRUCTION = 6;
export const STATUS_INVALID_INSTRUCTION = 7;
export const STATUS_STATIC_VIOLATION = 8;
export const STATUS_RETURN_DATA_BOUNDS = 9;
export const STATUS_PRECOMPILE_FAILURE = 10;
export const STATUS_CREATE_COLLISION = 11;
export const STATUS_CODE_TOO_LARGE = 12;
export const STATUS_CODE_STARTS_WITH_EF = 13;
export const STATUS_INITCODE_TOO_LARGE = 14;
export const STATUS_NONCE_OVERFLOW = 15;
/** Not an outcome of a frame: the call was refused before one began (depth, balance). */
export const STATUS_REFUSED = 16;
// Which only traces tell: why it was refused, and what a creation could not pay.
export const STATUS_TOO_DEEP = 17;
export const STATUS_UNPAID_VALUE = 18;
/** A message to the account is under way (PROTOCOL 4). */
export const STATUS_IN_FLIGHT = 19;
export const STATUS_UNPAID_CODE = 20;
/** Of a precompile: not even its gas. */
export const STATUS_UNPAID_PRECOMPILE = 21;
/** Of SSTORE: no more than a stipend is left (EIP-2200). */
export const STATUS_SENTRY = 22;

// Why admission refuses a transaction; 0 = admitted. The host turns them into
// InvalidTransactionError.
export const ADMITTED = 0;
export const REJECTED_NONCE_TOO_LOW = 1;
export const REJECTED_NONCE_TOO_HIGH = 2;
export const REJECTED_NONCE_MAX = 3;
export const REJECTED_SENDER_NOT_EOA = 4;
export const REJECTED_INSUFFICIENT_FUNDS = 5;
export const REJECTED_FEE_CAP_BELOW_BASE_FEE = 6;
export const REJECTED_TIP_ABOVE_FEE_CAP = 7;
export const REJECTED_BLOB_FEE_CAP_TOO_LOW = 8;
export const REJECTED_GAS_LIMIT_ABOVE_BLOCK = 9;
/** For the rule that TX_REFUSAL is about. */
export const REJECTED_BY_HOST = 10;

// Where a rule that needs no state stands among those that do, in the order of clients.
export const REFUSAL_NONE = 0;
export const REFUSAL_BEFORE_NONCE = 1;
export const REFUSAL_BEFORE_CODE = 2;
export const REFUSAL_BEFORE_FUNDS = 3;
export const REFUSAL_AFTER_FUNDS = 4;
