//! The server through raw HTTP: requests signed by hand, answers read as text.

mod authentication;
mod client;
mod life;
mod limits;
mod wire;
