//! Text of others on a terminal: the library's rules under the names that the program uses.

pub use sae::transport::text::{
    SECRET as BLANK, escape_control as shown, escape_control_json as shown_json,
    escape_control_lines as shown_lines, is_hidden, redact_url as address,
};
