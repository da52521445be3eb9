//! The thread that writes.

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

/// The changes of one call, on their way to the disk.
pub struct QueuedWrite {
    /// Number of the change, in the order in which they were made.
    pub number: u64,
    /// The tenant.
    pub tenant: String,
    /// What to write.
    pub op: WriteOp,
    /// Released when the change is durable.
    pub permit: WritePermit,
}

/// What to write.
pub enum WriteOp {
    /// Entities of a product.
    State {
        /// The product.
        product: &'static str,
        /// The entities.
        records: serde_json::Result<Vec<Record>>,
    },
    /// The clock of the tenant.
    Clock(Clock),
}

/// How far the writer has come.
#[derive(Default)]
pub struct Progress {
    /// Number of the last durable change.
    pub durable: u64,
    /// Why no further change will be durable.
    pub failure: Option<DataError>,
}

/// Permission for a call to write. It is released when its change is durable.
#[derive(Default)]
pub struct WritePermit {
    _permit: Option<OwnedSemaphorePermit>,
}

/// The durability of what a call may have seen. Its answer waits for [`CommitTicket::committed`].
#[must_use = "what isn't durable must not be told"]
pub struct CommitTicket(Option<Pending>);

struct Pending {
    progress: watch::Receiver<Progress>,
    number: u64,
    file: PathBuf,
}

/// The thread that writes.
pub struct Writer {
    /// The database.
    pub database: Arc<Database>,
    /// The path of the database, for errors.
    pub file: PathBuf,
    /// Reports how far the writer has come.
    pub progress: watch::Sender<Progress>,
    /// Closed when nothing more can be written.
    pub permits: Arc<Semaphore>,
}

impl WritePermit {
    /// A permission that holds this permit.
    pub const fn of(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: Some(permit) }
    }
}

impl CommitTicket {
    /// A ticket for something that is durable already.
    pub const fn already_committed() -> Self {
        Self(None)
    }

    /// A ticket for everything up to this number.
    pub fn of(progress: watch::Receiver<Progress>, number: u64, file: &Path) -> Self {
        Self(Some(Pending { progress, number, file: file.to_owned() }))
    }

    /// Waits until it is durable. Fails if that is impossible.
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
    /// Writes changes until the store is closed or a write fails.
    pub fn run(self, inbox: &Receiver<QueuedWrite>) {
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
                    self.permits.close();
                    return;
                }
            }
        }
    }
}

/// Commits changes, all or none. They are on the disk when this returns.
fn commit(database: &Database, changes: &[QueuedWrite]) -> Result<(), Source> {
    let mut latest = Latest::default();
    for QueuedWrite { tenant, op, .. } in changes {
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

/// The combined result of several changes.
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
