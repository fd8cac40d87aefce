//! The platform's refusal codes. They are part of its interface: an office may decide by them.

/// The message is not of the form.
pub const INVALID_PARAMETER: &str = "INVALID_PARAMETER";
/// The application is not known at the platform.
pub const INVALID_APP_ID: &str = "INVALID_APP_ID";
/// The signature of the request is not the application's.
pub const INVALID_SIGNATURE: &str = "INVALID_SIGNATURE";
/// The request was written more than five minutes away from now.
pub const INVALID_TIMESTAMP: &str = "INVALID_TIMESTAMP";
/// No such method.
pub const INVALID_METHOD: &str = "INVALID_METHOD";
/// The number was used before, with other content.
pub const REQUEST_CONFLICT: &str = "REQUEST_CONFLICT";
/// No such account.
pub const ACCOUNT_NOT_EXIST: &str = "ACCOUNT_NOT_EXIST";
/// The account is not active yet (R12.8).
pub const ACCOUNT_NOT_ACTIVE: &str = "ACCOUNT_NOT_ACTIVE";
/// The account is active already, so that there is no first password any more.
pub const ACCOUNT_ALREADY_ACTIVE: &str = "ACCOUNT_ALREADY_ACTIVE";
/// The name is not that of the account.
pub const ACCOUNT_NAME_MISMATCH: &str = "ACCOUNT_NAME_MISMATCH";
/// An amount that is zero, or a share above the whole.
pub const AMOUNT_INVALID: &str = "AMOUNT_INVALID";
/// The account holds too little; also the reason of a failed debit.
pub const BALANCE_NOT_ENOUGH: &str = "BALANCE_NOT_ENOUGH";
/// No such trade.
pub const TRADE_NOT_EXIST: &str = "TRADE_NOT_EXIST";
/// The trade is not in a state that allows this.
pub const TRADE_STATUS_ERROR: &str = "TRADE_STATUS_ERROR";
/// A refund above what is left of the payment.
pub const REFUND_AMOUNT_EXCEEDED: &str = "REFUND_AMOUNT_EXCEEDED";
/// The day is not over, so that there is no daily bill.
pub const BILL_NOT_EXIST: &str = "BILL_NOT_EXIST";
