//! Reads XML piece by piece: elements and texts, which is all that answers consist of. Attributes, comments and instructions are
//! passed over; document types are refused, so that nothing can be declared.
//!
//! quick-xml finds the pieces, and checks that each element is closed by its name. What it leaves to its users is here: the limit of
//! depth, the end of a document inside an element, names that are none, and the characters behind references.

mod plain_element;

use std::borrow::Cow;
use std::fmt;
use std::io::BufRead;

use memchr::memchr;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesText, Event as Piece};

use crate::schema::memory::MAX_DEPTH;

use plain_element::PlainElement;

/// A document, read from its beginning.
#[derive(Clone)]
pub(crate) struct Reader<'t> {
    document: &'t str,
    pieces: quick_xml::Reader<&'t [u8]>,
    /// How many elements are open.
    depth: usize,
    /// The bytes of the names of those that quick-xml reads: it keeps them.
    names: usize,
    /// What comes next of an element that has been read as a whole.
    ahead: Ahead<'t>,
    /// Whether a tag was the last that quick-xml has read. Then the document may be read on without it.
    is_after_tag: bool,
    /// Whether the document holds a carriage return. Most hold none, and no text need be searched for them.
    has_returns: bool,
}

/// What has been read and not yet told.
#[derive(Clone)]
enum Ahead<'t> {
    Nothing,
    TextAndEnd(&'t str),
    End,
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
#[derive(Clone, Copy)]
pub(crate) enum Text<'t> {
    /// It means itself.
    Plain(&'t str),
    /// It may hold carriage returns.
    Returns(&'t str),
    /// `&amp;`, or another reference to a character.
    Reference(&'t str),
    /// An `&` that begins no reference, and what follows it.
    Bare(&'t str),
}

impl<'t> Text<'t> {
    /// Appends the text that is meant.
    pub(crate) fn append_to(self, whole: &mut Cow<'t, str>) -> Result<(), Malformed> {
        match self {
            Self::Plain(text) => *whole += text,
            // XML reads every end of a line as a line feed.
            Self::Returns(text) => *whole += BytesText::from_escaped(text).xml10_content(),
            Self::Reference(reference) => {
                let name = reference.trim_matches(['&', ';']);
                match resolve_xml_entity(name) {
                    Some(entity) => *whole += entity,
                    None => whole.to_mut().push(character(name)?),
                }
            }
            Self::Bare(_) => return Err(Malformed::Reference),
        }
        Ok(())
    }

    /// The same, or the text as it stands where it is not right.
    pub(crate) fn append_or_raw_to(self, whole: &mut Cow<'t, str>) {
        if self.append_to(whole).is_err() {
            *whole += self.raw();
        }
    }

    /// Whether what is meant is another text than what stands there.
    pub(crate) const fn is_coded(self) -> bool {
        matches!(self, Self::Returns(_) | Self::Reference(_))
    }

    /// What stands there: no fewer bytes than are meant.
    pub(crate) const fn raw(self) -> &'t str {
        let (Self::Plain(text) | Self::Returns(text) | Self::Reference(text) | Self::Bare(text)) = self;
        text
    }

    /// Whether nothing is there but space.
    pub(crate) fn is_blank(self) -> bool {
        self.raw().trim().is_empty()
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
    LongNames(usize),
    /// What quick-xml refuses beyond that; nothing, as it is used here.
    Other(Box<Error>),
}

impl<'t> Reader<'t> {
    pub(crate) fn new(document: &'t str) -> Self {
        let document = document.trim_start_matches('\u{feff}');
        let mut pieces = quick_xml::Reader::from_str(document);
        // In a text that nobody reads it doesn't matter.
        pieces.config_mut().allow_dangling_amp = true;
        let has_returns = memchr(b'\r', document.as_bytes()).is_some();
        Self { document, pieces, depth: 0, names: 0, ahead: Ahead::Nothing, is_after_tag: false, has_returns }
    }

    /// How many elements are open.
    pub(crate) const fn depth(&self) -> usize {
        self.depth
    }

    /// The next piece.
    pub(crate) fn next(&mut self) -> Result<Event<'t>, Malformed> {
        match self.ahead {
            Ahead::Nothing => self.piece(),
            Ahead::TextAndEnd(text) => {
                self.ahead = Ahead::End;
                Ok(self.text(text))
            }
            Ahead::End => {
                self.ahead = Ahead::Nothing;
                self.depth -= 1;
                Ok(Event::End)
            }
        }
    }

    fn piece(&mut self) -> Result<Event<'t>, Malformed> {
        loop {
            let at = self.document.len() - self.pieces.get_ref().len();
            let rest = self.document.get(at..).unwrap_or_default();
            if self.is_after_tag
                && let Some(element) = PlainElement::first(rest)
            {
                self.pieces.stream().consume(element.length);
                self.ahead =
                    if element.text.is_empty() { Ahead::End } else { Ahead::TextAndEnd(element.text) };
                return self.start(element.name);
            }
            if rest.starts_with("<!") && !rest.starts_with("<!--") && !rest.starts_with(CDATA) {
                return Err(Malformed::DocumentType);
            }
            let name = tag_name(rest)?;
            let piece = self.pieces.read_event()?;
            self.is_after_tag = matches!(piece, Piece::Start(_) | Piece::Empty(_) | Piece::End(_));
            // quick-xml's pieces can't be kept longer than itself; those of the document can.
            let first = |length| rest.get(..length).unwrap_or_default();
            match piece {
                Piece::Start(_) => {
                    self.names += name.len();
                    if self.names > MAX_NAMES {
                        return Err(Malformed::LongNames(MAX_NAMES));
                    }
                    return self.start(name);
                }
                Piece::Empty(_) => {
                    self.ahead = Ahead::End;
                    return self.start(name);
                }
                Piece::End(_) => {
                    self.names -= name.len();
                    self.depth -= 1;
                    return Ok(Event::End);
                }
                Piece::Text(text) if text.starts_with('&') => {
                    return Ok(Event::Text(Text::Bare(first(text.len()))));
                }
                Piece::Text(text) => return Ok(self.text(first(text.len()))),
                Piece::CData(data) => {
                    let data = first(CDATA.len() + data.len());
                    return Ok(self.text(data.strip_prefix(CDATA).unwrap_or_default()));
                }
                Piece::GeneralRef(name) => {
                    return Ok(Event::Text(Text::Reference(first(name.len() + "&;".len()))));
                }
                Piece::Comment(_) | Piece::Decl(_) | Piece::PI(_) => {}
                Piece::DocType(_) => return Err(Malformed::DocumentType),
                Piece::Eof if self.depth > 0 => return Err(Malformed::Truncated),
                Piece::Eof => return Ok(Event::Eof),
            }
        }
    }

    fn start(&mut self, name: &'t str) -> Result<Event<'t>, Malformed> {
        if self.depth > MAX_DEPTH + 1 {
            return Err(Malformed::TooDeep(MAX_DEPTH));
        }
        self.depth += 1;
        Ok(Event::Start(name))
    }

    const fn text(&self, text: &'t str) -> Event<'t> {
        Event::Text(if self.has_returns { Text::Returns(text) } else { Text::Plain(text) })
    }
}

/// The name in the tag that the document begins with; nothing if it begins with something else. quick-xml takes everything up to a
/// space for a name and keeps it, so what is none is refused here.
fn tag_name(document: &str) -> Result<&str, Malformed> {
    let Some(tag) = document.strip_prefix('<').filter(|tag| !tag.starts_with(['!', '?'])) else {
        return Ok("");
    };
    let (tag, is_end) = tag.strip_prefix('/').map_or((tag, false), |tag| (tag, true));
    let length = tag.bytes().position(|byte| matches!(byte, b'>' | b'/') || is_space(byte));
    let (name, rest) = tag.split_at(length.ok_or(Malformed::Truncated)?);
    if name.len() > MAX_NAMES {
        return Err(Malformed::LongNames(MAX_NAMES));
    }
    let is_name = !name.is_empty()
        && !name.contains(|c: char| matches!(c, '<' | '&' | '=' | '"' | '\'') || c.is_ascii_control());
    let is_tag = if is_end {
        matches!(rest.bytes().find(|byte| !is_space(*byte)), Some(b'>') | None)
    } else {
        !rest.starts_with('/') || rest.starts_with("/>") || rest == "/"
    };
    if is_name && is_tag { Ok(name) } else { Err(Malformed::Nameless) }
}

/// White space of XML, as quick-xml sees it too. Rust's also has the form feed.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// How many bytes the names of open elements may have. Nobody counts this memory; the service's names are far from it.
const MAX_NAMES: usize = 8192;

/// What begins a text in which nothing has a meaning of its own.
const CDATA: &str = "<![CDATA[";

/// The character that a numeric reference means; without a document type there are no others but XML's own five.
fn character(name: &str) -> Result<char, Malformed> {
    match BytesRef::new(name).resolve_char_ref() {
        Ok(Some(character)) => Ok(character),
        Ok(None) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Err(Malformed::Entity(name.to_owned()))
        }
        // Not a name: it may be anything that stands behind a bare `&`, a secret as well.
        Ok(None) | Err(_) => Err(Malformed::Reference),
    }
}

impl From<Error> for Malformed {
    #[cold]
    fn from(error: Error) -> Self {
        match error {
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, .. }) => Self::NotClosed(expected),
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => Self::NotOpen,
            Error::Syntax(_) => Self::Truncated,
            error => Self::Other(Box::new(error)),
        }
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
            Self::LongNames(most) => write!(f, "the names of open elements are longer than {most} bytes"),
            Self::Other(error) => error.fmt(f),
            Self::TooDeep(most) => write!(f, "nested deeper than {most} elements"),
        }
    }
}

impl std::error::Error for Malformed {}
