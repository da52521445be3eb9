//! Reads XML piece by piece: elements and texts, which is all that answers consist of. Attributes, comments and instructions are
//! passed over; document types are refused, so that nothing can be declared.
//!
//! By hand, because an answer is thousands of short elements, and over `&str` they need no more than this. A parser of all of XML
//! works on bytes and checks every piece to be UTF-8; its events alone took longer than this reader and the filling of fields.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr3};

use crate::schema::memory::MAX_DEPTH;

/// A document, read from its beginning.
#[derive(Clone)]
pub(crate) struct Reader<'t> {
    /// What is still to be read.
    rest: &'t str,
    /// Names of the elements that are open, the outermost first.
    open: Vec<&'t str>,
    /// `<A/>` has been told as a start: its end comes next.
    is_empty: bool,
}

/// A piece of a document.
pub(crate) enum Event<'t> {
    /// An element begins; this is its name.
    Start(&'t str),
    /// Text, as much of it as stands in one form.
    Text(Text<'t>),
    /// The innermost element ends.
    End,
    /// The document ends, and no element is open.
    Eof,
}

/// A text as it stands in the document. What is in it is looked at when it is wanted: what nobody reads needn't be right.
pub(crate) enum Text<'t> {
    /// It means itself.
    Plain(&'t str),
    /// It holds references or carriage returns.
    Coded(&'t str),
    /// CDATA.
    Data(&'t str),
}

impl<'t> Text<'t> {
    /// The text that is meant.
    pub(crate) fn read(self) -> Result<Cow<'t, str>, Malformed> {
        match self {
            Self::Plain(text) => Ok(Cow::Borrowed(text)),
            Self::Coded(text) => resolved(text).map(Cow::Owned),
            Self::Data(text) => Ok(with_line_feeds(text)),
        }
    }

    /// The same, or the text as it stands where it is not right.
    pub(crate) fn read_or_raw(self) -> Cow<'t, str> {
        let (Self::Plain(raw) | Self::Coded(raw) | Self::Data(raw)) = self;
        self.read().unwrap_or(Cow::Borrowed(raw))
    }

    /// Whether what is meant is another text than what stands there.
    pub(crate) const fn is_coded(&self) -> bool {
        matches!(self, Self::Coded(_))
    }

    /// The bytes that stand there: no fewer than are meant.
    pub(crate) const fn length(&self) -> usize {
        let (Self::Plain(text) | Self::Coded(text) | Self::Data(text)) = self;
        text.len()
    }

    /// Whether nothing is there but space.
    pub(crate) fn is_blank(&self) -> bool {
        let (Self::Plain(text) | Self::Coded(text) | Self::Data(text)) = self;
        text.trim().is_empty()
    }
}

/// Why a document can't be read.
#[derive(Debug)]
pub(crate) enum Malformed {
    Truncated,
    NoRoot,
    Trailing,
    Nameless,
    NotOpen,
    NotClosed(String),
    Reference,
    Entity(String),
    DocumentType,
    TooDeep(usize),
}

impl<'t> Reader<'t> {
    pub(crate) fn new(document: &'t str) -> Self {
        Self { rest: document.trim_start_matches('\u{feff}'), open: Vec::new(), is_empty: false }
    }

    /// How many elements are open.
    pub(crate) const fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next piece.
    pub(crate) fn next(&mut self) -> Result<Event<'t>, Malformed> {
        if self.is_empty {
            self.is_empty = false;
            self.open.pop();
            return Ok(Event::End);
        }
        loop {
            let Some(markup) = self.rest.strip_prefix('<') else { return self.text() };
            if let Some(tag) = markup.strip_prefix('/') {
                return self.end(tag);
            } else if let Some(declaration) = markup.strip_prefix('!') {
                if let Some(comment) = declaration.strip_prefix("--") {
                    (_, self.rest) = until("-->", comment)?;
                } else if let Some(data) = declaration.strip_prefix("[CDATA[") {
                    let (data, rest) = until("]]>", data)?;
                    self.rest = rest;
                    return Ok(Event::Text(Text::Data(data)));
                } else {
                    return Err(Malformed::DocumentType);
                }
            } else if let Some(instruction) = markup.strip_prefix('?') {
                (_, self.rest) = until("?>", instruction)?;
            } else {
                return self.start(markup);
            }
        }
    }

    fn text(&mut self) -> Result<Event<'t>, Malformed> {
        let bytes = self.rest.as_bytes();
        let plain = memchr3(b'<', b'&', b'\r', bytes).filter(|at| bytes.get(*at) == Some(&b'<'));
        let length = plain.or_else(|| memchr(b'<', bytes)).unwrap_or(bytes.len());
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        match text {
            "" if self.open.is_empty() => Ok(Event::Eof),
            "" => Err(Malformed::Truncated),
            text if plain.is_some() => Ok(Event::Text(Text::Plain(text))),
            text => Ok(Event::Text(Text::Coded(text))),
        }
    }

    fn start(&mut self, tag: &'t str) -> Result<Event<'t>, Malformed> {
        let length = tag.bytes().position(|byte| byte == b'>' || byte == b'/' || byte.is_ascii_whitespace());
        let (name, rest) = tag.split_at(length.ok_or(Malformed::Truncated)?);
        let (attributes, rest) = end_of_tag(rest).ok_or(Malformed::Truncated)?;
        if name.is_empty() || (attributes.starts_with('/') && attributes != "/") {
            return Err(Malformed::Nameless);
        }
        self.rest = rest;
        self.is_empty = attributes.ends_with('/');
        if self.open.len() > MAX_DEPTH + 1 {
            return Err(Malformed::TooDeep(MAX_DEPTH));
        }
        self.open.push(name);
        Ok(Event::Start(name))
    }

    fn end(&mut self, tag: &'t str) -> Result<Event<'t>, Malformed> {
        let name = self.open.pop().ok_or(Malformed::NotOpen)?;
        let rest = tag.strip_prefix(name).and_then(|rest| rest.trim_ascii_start().strip_prefix('>'));
        self.rest = rest.ok_or_else(|| Malformed::NotClosed(name.to_owned()))?;
        Ok(Event::End)
    }
}

/// What stands before the mark, and what after it.
fn until<'t>(mark: &str, text: &'t str) -> Result<(&'t str, &'t str), Malformed> {
    text.split_once(mark).ok_or(Malformed::Truncated)
}

/// The attributes, up to the first `>` outside of quotes, and what follows it.
fn end_of_tag(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let end = text.bytes().position(|byte| {
        match quote {
            Some(open) if open == byte => quote = None,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            _ => {}
        }
        quote.is_none() && byte == b'>'
    })?;
    let (attributes, rest) = text.split_at(end);
    Some((attributes, rest.strip_prefix('>')?))
}

/// The text that is meant by a text with references in it.
fn resolved(text: &str) -> Result<String, Malformed> {
    let mut parts = text.split('&');
    let mut whole = parts.next().map(with_line_feeds).unwrap_or_default().into_owned();
    for part in parts {
        let (name, after) = part.split_once(';').ok_or(Malformed::Reference)?;
        whole.push(character(name)?);
        whole.push_str(&with_line_feeds(after));
    }
    Ok(whole)
}

/// Character references and XML's own five entities; there are no others without a document type.
fn character(name: &str) -> Result<char, Malformed> {
    let number = |digits: &str, radix| {
        let code = u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'));
        code.filter(|code| *code != 0).and_then(char::from_u32).ok_or(Malformed::Reference)
    };
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => match name.strip_prefix('#') {
            Some(code) => code.strip_prefix('x').map_or_else(|| number(code, 10), |code| number(code, 16)),
            None if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Err(Malformed::Entity(name.to_owned()))
            }
            // Not a name: it may be anything that stands behind a bare `&`, a secret as well.
            None => Err(Malformed::Reference),
        },
    }
}

/// XML reads every end of a line as a line feed.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the XML ends in the middle of an element"),
            Self::NoRoot => f.write_str("there is no XML element"),
            Self::Trailing => f.write_str("something follows the root element"),
            Self::Nameless => f.write_str("a < begins no element; in a text it is written &lt;"),
            Self::NotOpen => f.write_str("an element ends that has not begun"),
            Self::NotClosed(name) => write!(f, "another element ends before <{name}> does"),
            Self::Reference => f.write_str("a & begins no character; in a text it is written &amp;"),
            Self::Entity(name) => write!(f, "unknown entity &{name};"),
            Self::DocumentType => f.write_str("document types are not accepted"),
            Self::TooDeep(most) => write!(f, "nested deeper than {most} elements"),
        }
    }
}

impl std::error::Error for Malformed {}
