//! Parses health checks.

use sae::Json;
use sae::model::{ExecAction, HttpGetAction, Probe, TcpSocketAction};

use crate::failure::Failure;

/// Parses `http:8080/health`, `https:8443/health`, `tcp:8080`, `exec:COMMAND`, or the JSON of the service.
pub fn read(text: &str, option: &str) -> Result<Json<Probe>, Failure> {
    if text.trim_start().starts_with('{') {
        let json = Json::<Probe>::raw(text);
        return match json.value() {
            Some(_) => Ok(json),
            // The value isn't shown: a command may hold a secret.
            None => Err(Failure::usage(format!("--{option}: this is not the JSON of a health check"))),
        };
    }
    shorthand(text).map(Json::from).ok_or_else(|| {
        Failure::usage(format!(
            "--{option}: expected http:PORT/PATH, https:PORT/PATH, tcp:PORT, exec:COMMAND or JSON, as in http:8080/health"
        ))
    })
}

fn shorthand(text: &str) -> Option<Probe> {
    let (kind, what) = text.split_once(':')?;
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0).map(i64::from);
    match kind {
        "http" | "https" => {
            let (number, path) = match what.find('/') {
                Some(at) => what.split_at(at),
                None => (what, "/"),
            };
            let action = HttpGetAction::new(path, port(number)?).scheme(kind.to_ascii_uppercase());
            Some(Probe::new().http_get(action))
        }
        "tcp" => Some(Probe::new().tcp_socket(TcpSocketAction::new(port(what)?))),
        "exec" if !what.trim().is_empty() => {
            let command = ["sh", "-c", what].map(str::to_owned);
            Some(Probe::new().exec(ExecAction::new(command)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn checks_are_read() {
        for (text, json) in [
            ("http:8080/health?a=1", r#"{"httpGet":{"path":"/health?a=1","port":8080,"scheme":"HTTP"}}"#),
            ("https:8443", r#"{"httpGet":{"path":"/","port":8443,"scheme":"HTTPS"}}"#),
            ("tcp:6379", r#"{"tcpSocket":{"port":6379}}"#),
            ("exec:test -f /ready", r#"{"exec":{"command":["sh","-c","test -f /ready"]}}"#),
            (r#"{"tcpSocket":{"port":1},"new":2}"#, r#"{"tcpSocket":{"port":1},"new":2}"#),
        ] {
            assert_eq!(read(text, "readiness").expect(text).to_text(), json, "{text}");
        }
    }

    #[test]
    fn what_is_no_check_is_refused() {
        for text in ["", "http", "http:", "http:x/health", "tcp:0", "tcp:70000", "udp:1", "exec: ", "{", "{]"]
        {
            assert!(read(text, "readiness").is_err(), "{text}");
        }
    }
}
