//! The thread that writes, and what others know of it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use redb::Database;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::error::{Cause, DataError, Source, panicked};
use super::tables::{CLOCKS, ENTITIES};
use crate::domain::clock::Clock;
use crate::domain::snapshot::Record;

/// What one call has changed, on its way to the disk.
pub struct Change {
    /// Changes are numbered in the order in which they were made.
    pub number: u64,
    /// Whose state it is.
    pub tenant: String,
    /// What has changed.
    pub op: WriteOp,
    /// Free again when the change is durable.
    pub permit: WritePermit,
}

/// What there is to write.
pub enum WriteOp {
    /// Of the state of a product.
    State {
        /// The product.
        product: &'static str,
        /// What has become of its entities.
        records: serde_json::Result<Vec<Record>>,
    },
    /// The clock was driven.
    Clock(Clock),
}

/// How far the writer has come.
#[derive(Default)]
pub struct Progress {
    /// Number of the last change that is durable.
    pub durable: u64,
    /// Why nothing more will be.
    pub failure: Option<DataError>,
}

/// The place of one call among those that may be on their way to the disk.
#[derive(Default)]
pub struct WritePermit {
    _permit: Option<OwnedSemaphorePermit>,
}

/// That what a call may have seen is durable, or will be.
#[must_use = "what isn't durable must not be told"]
pub struct CommitTicket(Option<Pending>);

struct Pending {
    progress: watch::Receiver<Progress>,
    number: u64,
    file: PathBuf,
}

/// What the thread that writes works with.
pub struct Writer {
    /// The database.
    pub database: Arc<Database>,
    /// Where it is.
    pub file: PathBuf,
    /// Whom it tells how far it has come.
    pub progress: watch::Sender<Progress>,
    /// Closed when nothing more can be kept.
    pub permit: Arc<Semaphore>,
}

impl WritePermit {
    /// The place that this permit stands for.
    pub const fn of(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: Some(permit) }
    }
}

impl CommitTicket {
    /// There is nothing to wait for.
    pub const fn already_committed() -> Self {
        Self(None)
    }

    /// Everything up to this number will be durable.
    pub fn of(progress: watch::Receiver<Progress>, number: u64, file: &Path) -> Self {
        Self(Some(Pending { progress, number, file: file.to_owned() }))
    }

    /// Waits until it is kept. Fails if it can't be.
    pub async fn committed(self) -> Result<(), DataError> {
        let Some(Pending { mut progress, number, file }) = self.0 else { return Ok(()) };
        let reached = |progress: &Progress| progress.failure.is_some() || progress.durable >= number;
        match progress.wait_for(reached).await {
            Ok(progress) => progress.failure.clone().map_or(Ok(()), Err),
            Err(_) => Err(DataError::new(&file, Cause::Closed)),
        }
    }
}

impl Writer {
    /// Writes what comes, until nothing more can come or something can't be written.
    pub fn run(self, inbox: &Receiver<Change>) {
        while let Ok(first) = inbox.recv() {
            let mut last = first.number;
            let mut changes = vec![first];
            changes.extend(inbox.try_iter().inspect(|change| last = change.number));
            let written = catch_unwind(AssertUnwindSafe(|| commit(&self.database, &changes)));
            match written.map_err(|_| panicked()).flatten() {
                Ok(()) => {
                    self.progress.send_modify(|progress| progress.durable = last);
                    for change in changes {
                        drop(change.permit);
                    }
                }
                Err(source) => {
                    let failure = DataError::new(&self.file, Cause::Write(source));
                    self.progress.send_modify(|progress| progress.failure = Some(failure));
                    self.permit.close();
                    return;
                }
            }
        }
    }
}

/// Makes changes durable, all of them or none: when this returns, they are on the disk.
fn commit(database: &Database, changes: &[Change]) -> Result<(), Source> {
    let mut latest = Latest::default();
    for Change { tenant, op, .. } in changes {
        match op {
            WriteOp::State { product, records: Ok(records) } => {
                latest.records.extend(records.iter().map(|Record { entity, id, value }| {
                    ((tenant.as_str(), *product, entity.as_str(), id.as_str()), value.as_deref())
                }));
            }
            WriteOp::State { records: Err(error), .. } => {
                return Err(format!("a state can't be written as JSON: {error}").into());
            }
            WriteOp::Clock(clock) => {
                latest.clocks.insert(tenant, *clock);
            }
        }
    }
    write(database, latest).map_err(Source::from)
}

/// What several changes come to, one after the other.
#[derive(Default)]
struct Latest<'a> {
    records: BTreeMap<Key<'a>, Option<&'a [u8]>>,
    clocks: BTreeMap<&'a str, Clock>,
}

type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

fn write(database: &Database, latest: Latest<'_>) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(ENTITIES)?;
        for (key, value) in latest.records {
            match value {
                Some(value) => table.insert(key, value)?,
                None => table.remove(key)?,
            };
        }
    }
    for (tenant, clock) in latest.clocks {
        let written = match clock {
            Clock::Frozen { at } => (true, at),
            Clock::Running { ahead } => (false, ahead),
        };
        transaction.open_table(CLOCKS)?.insert(tenant, written)?;
    }
    transaction.commit()?;
    Ok(())
}
