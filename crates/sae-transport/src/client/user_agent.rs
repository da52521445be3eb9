//! What a client calls itself.

use std::borrow::Cow;
use std::env::consts::{ARCH, OS};
use std::fmt;
use std::sync::LazyLock;

use crate::{Error, ErrorKind, Pair};

/// The header `User-Agent`: `sae-rust/VERSION (OS; ARCHITECTURE) rust/VERSION`, and behind it what the program calls itself.
///
/// The version of Rust is the oldest that this library compiles with, since which one compiled it isn't known without a build script. The
/// header isn't signed, and tells nothing else of the machine.
///
/// ```
/// use sae_transport::client::UserAgent;
///
/// let user_agent = UserAgent::of_app("deploy-bot/1.4")?.to_string();
/// assert!(user_agent.starts_with("sae-rust/") && user_agent.ends_with(" deploy-bot/1.4"));
/// # Ok::<(), sae_transport::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAgent(Cow<'static, str>);

impl UserAgent {
    /// That of a program with this name, which a slash and a version may follow.
    ///
    /// Fails with [`ErrorKind::Config`] unless name and version are tokens of HTTP (letters, digits and some marks, no space), 128 bytes
    /// at most in all.
    pub fn of_app(name: &str) -> Result<Self, Error> {
        let mut parts = name.split('/');
        let fits = parts.by_ref().take(2).all(is_token) && parts.next().is_none();
        if !fits || name.len() > LONGEST {
            let message = format!(
                "the name of the application isn't valid: expected NAME or NAME/VERSION, of letters, digits and \
                 marks like - and ., {LONGEST} bytes at most"
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(Self(Cow::Owned(format!("{} {name}", *OURS))))
    }

    pub(super) fn header(&self) -> Pair<'static> {
        (Cow::Borrowed("user-agent"), self.0.clone())
    }
}

/// This library alone.
impl Default for UserAgent {
    fn default() -> Self {
        Self(Cow::Borrowed(&OURS))
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

/// Made once, so that a call borrows it.
static OURS: LazyLock<String> = LazyLock::new(|| {
    let (version, rust) = (env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_RUST_VERSION"));
    format!("sae-rust/{version} ({OS}; {ARCH}) rust/{rust}")
});
const LONGEST: usize = 128;
