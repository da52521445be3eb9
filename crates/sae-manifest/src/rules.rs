//! Rules for values beyond their type, from the documentation of the service: one table for the reader, which refuses other values,
//! and for the JSON Schema.

use std::net::IpAddr;

use sae::model::{
    AppSource, BatchReleaseType, Edition, NacosRegistry, PackageType, ProgrammingLanguage, SlbChargeType,
    SlbProtocol, UpdateStrategyType,
};
use serde_json::{Value as Json, json};

use crate::hints::did_you_mean;
use crate::value::Value;

/// A rule for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A whole number in this range.
    Range(i64, i64),
    /// One of these texts.
    Values(&'static [&'static str]),
    /// A text of at most this many characters.
    Length(usize),
    /// A text of this form.
    Form(Form),
    /// A command line: a program and its arguments.
    Command,
}

/// Forms of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The name of an application.
    Name,
    /// The ID of a new namespace.
    NamespaceId,
    /// The name of an image.
    Image,
    /// A host name as RFC 1123 has it.
    Host,
    /// An IPv4 or IPv6 address.
    Ip,
    /// The ID of a VPC.
    Vpc,
    /// IDs of vSwitches.
    VSwitch,
    /// A time zone as the tz database names it.
    TimeZone,
}

impl Rule {
    /// The rule for a parameter, or for a member of the parameter `outer`, by wire name.
    pub fn of(outer: &str, wire: &str) -> Option<Self> {
        let named = |wanted: &[&str]| {
            RULES.iter().find(|(name, _)| name.split('.').eq(wanted.iter().copied())).map(|(_, rule)| *rule)
        };
        named(&[outer, wire]).or_else(|| named(&[wire]))
    }

    /// Why a number is refused, if it is.
    pub fn refuses_number(self, number: i64) -> Option<String> {
        let Self::Range(least, most) = self else { return None };
        if (least..=most).contains(&number) {
            return None;
        }
        let expected = match most {
            i64::MAX => format!("a whole number of at least {least}"),
            _ => format!("a whole number from {least} to {most}"),
        };
        Some(format!("takes {expected}, not {number}; the nearest is {}", number.clamp(least, most)))
    }

    /// Why a text is refused, if it is. Values with these rules are never secret, so they may be quoted.
    pub fn refuses_text(self, text: &str) -> Option<String> {
        match self {
            Self::Range(..) | Self::Command => None,
            Self::Values(values) if values.contains(&text) => None,
            Self::Values(values) => {
                let near = did_you_mean(text, values.iter().copied());
                Some(format!("takes {}, not {text:?}{near}", alternatives(values)))
            }
            Self::Length(most) => {
                let length = text.chars().count();
                (length > most).then(|| format!("takes at most {most} characters, not {length}"))
            }
            Self::Form(form) if form.fits(text) => None,
            Self::Form(form) => {
                let near = form.near(text).map_or_else(String::new, |near| format!("; did you mean {near}?"));
                Some(format!("takes {}, not {text:?}{near}", form.expected()))
            }
        }
    }

    /// Why a list is refused, if it is.
    pub fn refuses_list(self, items: &[Value]) -> Option<String> {
        let is_none = items.first().is_none_or(|first| first.as_text() == Some(""));
        (self == Self::Command && is_none).then(|| "takes the name of a program and its arguments".to_owned())
    }

    /// The rule as JSON Schema.
    pub fn schema(self) -> Json {
        match self {
            Self::Range(least, most) => json!({ "minimum": least, "maximum": most }),
            Self::Values(values) => json!({ "enum": values }),
            Self::Length(most) => json!({ "maxLength": most }),
            Self::Form(form) => form.schema(),
            Self::Command => json!({ "minItems": 1, "prefixItems": [{ "type": "string", "minLength": 1 }] }),
        }
    }
}

impl Form {
    fn expected(self) -> &'static str {
        match self {
            Self::Name => {
                "up to 36 letters, digits and hyphens that begin with a letter and don't end with a hyphen"
            }
            Self::NamespaceId => {
                "region, colon and name in lower-case letters and digits, up to 32 characters, as in cn-hangzhou:shop"
            }
            Self::Image => "the address of an image without blanks, as in repo/shop:2",
            Self::Host => "a host name of letters, digits, hyphens and dots",
            Self::Ip => "an IP address, as in 10.0.0.1",
            Self::Vpc => "the identifier of a VPC, which begins with vpc-",
            Self::VSwitch => "identifiers of vSwitches, which begin with vsw-, separated by commas",
            Self::TimeZone => "a time zone as area and city, as in Asia/Shanghai, or UTC",
        }
    }

    fn schema(self) -> Json {
        match self {
            Self::Name => json!({ "pattern": "^[A-Za-z]([A-Za-z0-9-]{0,34}[A-Za-z0-9])?$" }),
            Self::NamespaceId => json!({ "pattern": "^[a-z0-9-]+:[a-z0-9]+$", "maxLength": 32 }),
            Self::Image => json!({ "pattern": "^\\S+$" }),
            Self::Host => json!({ "pattern": format!("^{LABEL}(\\.{LABEL})*$"), "maxLength": 253 }),
            Self::Ip => json!({ "pattern": "^[0-9A-Fa-f.:]+$" }),
            Self::Vpc => json!({ "pattern": "^vpc-[!-~]+$" }),
            Self::VSwitch => json!({ "pattern": "^vsw-[!-+.-~]+(,vsw-[!-+.-~]+)*$" }),
            Self::TimeZone => json!({
                "pattern": format!("^(({})(/[A-Za-z][A-Za-z0-9_+-]*)+|{})$", AREAS.join("|"), ZONES.join("|").replace('+', "\\+"))
            }),
        }
    }

    fn fits(self, text: &str) -> bool {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match self {
            Self::Name => {
                text.len() <= 36
                    && text.starts_with(|c: char| c.is_ascii_alphabetic())
                    && !text.ends_with('-')
                    && text.chars().all(word)
            }
            Self::NamespaceId => text.split_once(':').is_some_and(|(region, name)| {
                let lower = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_ascii_uppercase());
                text.len() <= 32
                    && lower(region)
                    && region.chars().all(word)
                    && lower(name)
                    && name.chars().all(|c| c.is_ascii_alphanumeric())
            }),
            Self::Image => !text.is_empty() && !text.contains(char::is_whitespace),
            Self::Host => text.len() <= 253 && text.split('.').all(is_label),
            Self::Ip => text.parse::<IpAddr>().is_ok(),
            Self::Vpc => is_tagged(text, "vpc-"),
            Self::VSwitch => text.split(',').all(|id| is_tagged(id, "vsw-")),
            Self::TimeZone => {
                ZONES.contains(&text)
                    || text
                        .split_once('/')
                        .is_some_and(|(area, city)| AREAS.contains(&area) && city.split('/').all(is_place))
            }
        }
    }

    /// The probable intention.
    fn near(self, text: &str) -> Option<String> {
        let near = match self {
            Self::Name => {
                let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
                let name = words.collect::<Vec<_>>().join("-");
                let name = name.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
                name.get(..name.len().min(36))?.trim_end_matches('-').to_owned()
            }
            Self::NamespaceId => {
                let (region, name) = text.split_once(':')?;
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                format!("{region}:{name}").to_ascii_lowercase()
            }
            Self::Image | Self::Host => text.split_whitespace().collect(),
            Self::TimeZone => {
                let text = text.trim().replace(char::is_whitespace, "_");
                let alike = |names: &[&'static str], text: &str| {
                    let near = names.iter().map(|name| {
                        let (name_bare, text) = (name.to_ascii_lowercase(), text.to_ascii_lowercase());
                        (strsim::osa_distance(&name_bare, &text), *name)
                    });
                    near.min()
                        .filter(|(distance, name)| *distance < name.len().div_ceil(2))
                        .map(|(_, name)| name)
                };
                match text.split_once('/') {
                    Some((area, city)) => format!("{}/{city}", alike(AREAS, area)?),
                    None => alike(ZONES, &text)?.to_owned(),
                }
            }
            Self::Ip | Self::Vpc | Self::VSwitch => return None,
        };
        self.fits(&near).then_some(near)
    }
}

/// Joins alternatives: A or B.
pub fn alternatives(values: &[&str]) -> String {
    match values {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        values => values.concat(),
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A part of the name of a time zone, as in `North_Dakota` or `GMT+8`.
fn is_place(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphabetic())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'))
}

fn is_tagged(id: &str, tag: &str) -> bool {
    id.strip_prefix(tag)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
}

const LABEL: &str = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

/// First parts of time zone names in the tz database.
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// Time zones of one word.
const ZONES: &[&str] = &[
    "CET",
    "CST6CDT",
    "Cuba",
    "EET",
    "EST",
    "EST5EDT",
    "Egypt",
    "Eire",
    "GB",
    "GB-Eire",
    "GMT",
    "GMT+0",
    "GMT-0",
    "GMT0",
    "Greenwich",
    "HST",
    "Hongkong",
    "Iceland",
    "Iran",
    "Israel",
    "Jamaica",
    "Japan",
    "Kwajalein",
    "Libya",
    "MET",
    "MST",
    "MST7MDT",
    "NZ",
    "NZ-CHAT",
    "Navajo",
    "PRC",
    "PST8PDT",
    "Poland",
    "Portugal",
    "ROC",
    "ROK",
    "Singapore",
    "Turkey",
    "UCT",
    "UTC",
    "Universal",
    "W-SU",
    "WET",
    "Zulu",
];

const AT_LEAST_ONE: Rule = Rule::Range(1, i64::MAX);
const NOT_NEGATIVE: Rule = Rule::Range(0, i64::MAX);
const PORT: Rule = Rule::Range(1, 65_535);
/// -1 lets the service choose.
const CHOICE: Rule = Rule::Range(-1, i64::MAX);
const PERCENT_OR_CHOICE: Rule = Rule::Range(-1, 100);
/// One week.
const BATCH_WAIT: Rule = Rule::Range(0, 7 * 24 * 60 * 60);

/// By wire name. A name without its parameter applies everywhere.
const RULES: &[(&str, Rule)] = &[
    ("AppDescription", Rule::Length(1024)),
    ("AppName", Rule::Form(Form::Name)),
    ("AppSource", Rule::Values(AppSource::VALUES)),
    ("BatchWaitTime", BATCH_WAIT),
    ("Cpu", AT_LEAST_ONE),
    ("DiskSize", AT_LEAST_ONE),
    ("ImageUrl", Rule::Form(Form::Image)),
    ("EnableAhas", Rule::Values(&["true", "false"])),
    ("EnableEbpf", Rule::Values(&["true", "false"])),
    ("Internet.protocol", Rule::Values(SlbProtocol::VALUES)),
    ("Intranet.protocol", Rule::Values(SlbProtocol::VALUES)),
    ("InternetSlbChargeType", Rule::Values(SlbChargeType::VALUES)),
    ("IntranetSlbChargeType", Rule::Values(SlbChargeType::VALUES)),
    ("MaxSurgeInstanceRatio", PERCENT_OR_CHOICE),
    ("MaxSurgeInstances", CHOICE),
    ("Memory", AT_LEAST_ONE),
    ("MicroRegistration", Rule::Values(NacosRegistry::VALUES)),
    ("MinReadyInstanceRatio", PERCENT_OR_CHOICE),
    ("MinReadyInstances", CHOICE),
    ("MountHost", Rule::Form(Form::Host)),
    ("NamespaceDescription", Rule::Length(100)),
    ("NamespaceName", Rule::Length(63)),
    ("NewSaeVersion", Rule::Values(Edition::VALUES)),
    ("PackageType", Rule::Values(PackageType::VALUES)),
    ("ProgrammingLanguage", Rule::Values(ProgrammingLanguage::VALUES)),
    ("Replicas", NOT_NEGATIVE),
    ("SaeVersion", Rule::Values(&["v1", "v2"])),
    ("TerminationGracePeriodSeconds", Rule::Range(1, 300)),
    ("Timezone", Rule::Form(Form::TimeZone)),
    ("TomcatConfig.port", Rule::Range(1024, 65_535)),
    ("TomcatConfig.uriEncoding", Rule::Values(&["UTF-8", "ISO-8859-1", "GBK", "GB2312"])),
    ("VSwitchId", Rule::Form(Form::VSwitch)),
    ("VpcId", Rule::Form(Form::Vpc)),
    ("batch", AT_LEAST_ONE),
    ("batchWaitTime", BATCH_WAIT),
    ("exec.command", Rule::Command),
    ("failureThreshold", AT_LEAST_ONE),
    ("gray", AT_LEAST_ONE),
    ("hostName", Rule::Form(Form::Host)),
    ("initialDelaySeconds", NOT_NEGATIVE),
    ("ip", Rule::Form(Form::Ip)),
    ("maxThreads", AT_LEAST_ONE),
    ("mountDomain", Rule::Form(Form::Host)),
    ("periodSeconds", AT_LEAST_ONE),
    ("port", PORT),
    ("releaseType", Rule::Values(BatchReleaseType::VALUES)),
    ("successThreshold", AT_LEAST_ONE),
    ("targetPort", PORT),
    ("timeoutSeconds", AT_LEAST_ONE),
    ("type", Rule::Values(UpdateStrategyType::VALUES)),
];
