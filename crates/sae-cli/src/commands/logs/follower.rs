//! Reads and follows the logs of instances, including new and stopped ones.

use std::collections::BTreeMap;
use std::time::Duration;

use sae::model::{DescribeApplicationGroups, DescribeApplicationInstances, DescribeInstanceLog, Instance};
use sae::transport::{HasData as _, Retry};
use sae::{Client, Error, ErrorKind};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::diff::LogDiff;
use super::line::{Line, merged, timed};
use super::page::Page;
use super::wanted::Wanted;
use sae::transport::text::escape_control;

use crate::failure::Failure;
use crate::output::printer::Printer;
use crate::output::status::status;
use crate::output::waiting::{self, Reason};
use crate::timestamp::Millis;

/// Follows the logs of several instances.
#[derive(Debug)]
pub struct LogFollower {
    client: Client,
    whose: Whose,
    wanted: Wanted,
    members: BTreeMap<String, Member>,
    /// Whether the logs were read once.
    settled: bool,
    troubled: Option<Instant>,
}

#[derive(Debug)]
enum Whose {
    Application { id: String, chosen: Vec<String> },
    Instance(String),
}

/// The state of an instance.
#[derive(Clone, Debug, Default)]
struct Member {
    diff: LogDiff,
    last: Option<Millis>,
    restarts: i64,
    has_begun: bool,
}

impl LogFollower {
    /// Follows the instances of an application, or the chosen ones.
    pub fn of_application(client: Client, id: String, chosen: Vec<String>, wanted: Wanted) -> Self {
        Self::new(client, Whose::Application { id, chosen }, wanted)
    }

    /// Follows a single instance.
    pub fn of_instance(client: Client, id: String, wanted: Wanted) -> Self {
        Self::new(client, Whose::Instance(id), wanted)
    }

    fn new(client: Client, whose: Whose, wanted: Wanted) -> Self {
        Self { client, whose, wanted, members: BTreeMap::new(), settled: false, troubled: None }
    }

    /// Prints logs. Follows them if wanted, until nobody reads the output or nothing more can come.
    pub async fn show(&mut self, mut page: Page, printer: &Printer) -> Result<(), Failure> {
        if let Whose::Instance(_) = self.whose {
            page = page.unprefixed();
        }
        loop {
            match self.look(&mut page).await {
                Ok(lines) => {
                    self.troubled = None;
                    waiting::over();
                    if !page.add(lines)? {
                        return Ok(());
                    }
                }
                Err(error) if self.is_over(&error) => {
                    status!("the instance is gone: {}", escape_control(&error.to_string()));
                    return Ok(());
                }
                Err(error) if self.tolerates(&error) => self.explain(&error),
                Err(error) => return Err(error.into()),
            }
            if !self.wanted.follow {
                return page.end(printer);
            }
            tokio::time::sleep(EVERY).await;
            if !Page::is_read() {
                return Ok(());
            }
        }
    }

    /// Reads all logs once and returns the new lines.
    async fn look(&mut self, page: &mut Page) -> Result<Vec<Line>, Error> {
        let present = self.present().await?;
        let mut lines = self.remove_stopped(&present, page);
        let is_first = !self.settled;
        if is_first && let Whose::Application { chosen, .. } = &self.whose {
            let missing = chosen.iter().find(|one| !present.iter().any(|(id, _)| is_called(id, one)));
            if let Some(missing) = missing {
                let message = format!(
                    "the application has no instance {missing:?}; `sae instance list` shows those it has"
                );
                return Err(Error::new(ErrorKind::Request, message));
            }
            if present.is_empty() {
                let then = if self.wanted.follow { "; waiting for one" } else { "" };
                status!("the application has no instances{then}");
            }
        }
        for (id, _) in &present {
            if !self.members.contains_key(id) {
                let name = page.introduce(id);
                if self.wanted.follow && (self.settled || name != *id) {
                    let verb = if self.settled { "a new instance" } else { "following" };
                    status!("{verb}: {} as {}", escape_control(id), escape_control(&name));
                }
                self.members.insert(id.clone(), Member::default());
            }
        }
        let mut logs = Vec::new();
        for (id, restarts) in present {
            // Without a restart, the service would return the present log.
            if self.wanted.previous && restarts == 0 && matches!(self.whose, Whose::Application { .. }) {
                status!("{} was never restarted", escape_control(&page.introduce(&id)));
                continue;
            }
            // The instance was restarted since the last look: read the log of before, too.
            let restarted = self.members.get(&id).is_some_and(|it| it.has_begun && it.restarts < restarts);
            logs.push((id.clone(), restarts, restarted));
        }
        let mut read = self.read(&logs).await?;
        self.settled = true;
        let since = self.wanted.since;
        let mut sorted: Vec<Vec<Line>> = Vec::new();
        for (id, restarts, _) in logs {
            let (Some(member), Some(texts)) = (self.members.get_mut(&id), read.remove(&id)) else { continue };
            let mut new = Vec::new();
            let mut before: Option<&String> = None;
            for text in &texts {
                // If the present log doesn't continue the one before the restart, it starts anew.
                if before.is_some_and(|before| !text.starts_with(before.as_str())) {
                    new.extend(member.diff.close());
                    member.diff = LogDiff::default();
                }
                new.extend(member.diff.advance(text));
                before = Some(text);
            }
            if !self.wanted.follow {
                new.extend(member.diff.close());
            }
            let mut new = timed(&id, new, member.last);
            member.last = new.iter().filter_map(|line| line.at).next_back().or(member.last);
            member.restarts = restarts;
            // Lines without a time are kept.
            new.retain(|line| since.is_none_or(|since| line.at.is_none_or(|at| at >= since)));
            if !member.has_begun
                && is_first
                && let Some(tail) = self.wanted.tail
            {
                new.drain(..new.len().saturating_sub(tail));
            }
            member.has_begun |= !member.diff.is_empty();
            sorted.push(new);
        }
        lines.extend(merged(sorted));
        Ok(lines)
    }

    /// IDs and numbers of restarts of the present instances.
    async fn present(&self) -> Result<Vec<(String, i64)>, Error> {
        let (app, chosen) = match &self.whose {
            Whose::Instance(id) => return Ok(vec![(id.clone(), 0)]),
            Whose::Application { id, chosen } => (id, chosen),
        };
        let mut present = Vec::new();
        for group in self.client.items(DescribeApplicationGroups::new(app)).all().await? {
            let group = group.group_id.unwrap_or_default();
            let request = DescribeApplicationInstances::new(app, group).page_size(PAGE);
            let instances = self.client.items(request).all().await?;
            present.extend(instances.into_iter().filter_map(|instance: Instance| {
                Some((instance.instance_id?, instance.instance_container_restarts.unwrap_or(0)))
            }));
        }
        present.retain(|(id, _)| chosen.is_empty() || chosen.iter().any(|one| is_called(id, one)));
        Ok(present)
    }

    /// Removes stopped instances. Their unfinished last lines are returned.
    fn remove_stopped(&mut self, present: &[(String, i64)], page: &mut Page) -> Vec<Line> {
        let mut lines = Vec::new();
        let gone: Vec<String> =
            self.members.keys().filter(|id| present.iter().all(|(there, _)| there != *id)).cloned().collect();
        for id in gone {
            if let Some(mut member) = self.members.remove(&id) {
                lines.extend(timed(&id, member.diff.close().into_iter().collect(), member.last));
            }
            status!("gone: {}", escape_control(&page.introduce(&id)));
        }
        lines
    }

    /// Reads the logs of these instances, a few at a time; of restarted ones the log of before the restart comes first.
    async fn read(&self, whose: &[(String, i64, bool)]) -> Result<BTreeMap<String, Vec<String>>, Error> {
        let mut read = BTreeMap::new();
        let mut left = whose.iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < ABREAST
                && let Some((id, _, restarted)) = left.next()
            {
                let (client, id, wanted, restarted) =
                    (self.client.clone(), id.clone(), self.wanted, *restarted);
                running.spawn(async move {
                    let texts = log(&client, &id, wanted, restarted).await;
                    (id, texts)
                });
            }
            let Some(done) = running.join_next().await else { return Ok(read) };
            let Ok((id, texts)) = done else { continue };
            match texts {
                Ok(texts) => {
                    read.insert(id, texts);
                }
                // It has stopped since it was listed, or has written nothing yet.
                Err(error) if matches!(self.whose, Whose::Application { .. }) && is_absent(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether what is followed no longer exists.
    fn is_over(&self, error: &Error) -> bool {
        self.wanted.follow && self.settled && (error.is_not_found() || is_absent(error))
    }

    fn explain(&self, error: &Error) {
        let lasted = self.troubled.map_or(Duration::ZERO, |since| since.elapsed());
        waiting::because(Reason {
            what: format!("no new lines: {error}"),
            next: "keeps trying",
            wait: None,
            left: self.wanted.outage.saturating_sub(lasted),
        });
    }

    /// Whether to try again after this error: it is transient and hasn't lasted too long.
    fn tolerates(&mut self, error: &Error) -> bool {
        let passes = matches!(error.retry(), Retry::Transient | Retry::Throttled);
        let since = *self.troubled.get_or_insert_with(Instant::now);
        self.wanted.follow && self.settled && passes && since.elapsed() < self.wanted.outage
    }
}

async fn log(client: &Client, id: &str, wanted: Wanted, restarted: bool) -> Result<Vec<String>, Error> {
    let read = async |previous: bool| {
        let request = DescribeInstanceLog::new(id);
        let request = if previous { request.previous("true") } else { request };
        let reply = client.send(request).await?;
        Ok::<_, Error>(reply.output.data().cloned().unwrap_or_default())
    };
    if wanted.previous {
        return Ok(vec![read(true).await?]);
    }
    if restarted {
        return Ok(vec![read(true).await?, read(false).await?]);
    }
    Ok(vec![read(false).await?])
}

/// Whether the error can mean that the instance doesn't exist: the service has no code of its own for that. Errors of the gateway,
/// such as expired credentials, don't mean that.
fn is_absent(error: &Error) -> bool {
    let is_gateway =
        error.info().is_some_and(|info| info.gateway) || matches!(error.status(), Some(401 | 403));
    error.kind() == ErrorKind::Service && matches!(error.retry(), Retry::Never) && !is_gateway
}

fn is_called(id: &str, name: &str) -> bool {
    id == name || (!name.is_empty() && id.strip_suffix(name).is_some_and(|rest| rest.ends_with('-')))
}

const EVERY: Duration = Duration::from_secs(1);
const ABREAST: usize = 8;
const PAGE: i64 = 100;

#[cfg(test)]
mod tests {
    use super::is_called;

    #[test]
    fn an_instance_is_called_by_its_identifier_or_its_end() {
        let id = "shop-0a1b2c3d-x7k2p";
        assert!(is_called(id, id) && is_called(id, "x7k2p") && is_called(id, "0a1b2c3d-x7k2p"));
        assert!(!is_called(id, "7k2p") && !is_called(id, "shop") && !is_called(id, ""));
    }
}
