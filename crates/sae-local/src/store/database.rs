//! The database in a folder.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use redb::backends::FileBackend;
use redb::{Database, ReadableDatabase as _, TableError};
use tokio::sync::{Semaphore, watch};

use super::error::{Cause, DataError, Source, panicked};
use super::folder::Folder;
use super::lock::lock;
use super::tables::{CLOCKS, ENTITIES, FORMAT, FORMAT_KEY, META};
use super::writer::{CommitTicket, Progress, QueuedWrite, WriteOp, WritePermit, Writer};
use crate::domain::clock::Clock;
use crate::domain::snapshot::{Snapshot, SnapshotReader};

/// A folder that holds the states of all tenants. It is locked against other processes until it is closed.
pub struct Store {
    queue: Mutex<Queue>,
    progress: watch::Receiver<Progress>,
    permits: Arc<Semaphore>,
    pub(super) open: Mutex<Option<Open>>,
    file: PathBuf,
}

/// What a store releases when it is closed, in this order.
pub(super) struct Open {
    writer: JoinHandle<()>,
    pub(super) database: Arc<Database>,
    lock_file: File,
}

/// Changes on their way to the writer. The sender is none once the store is closing.
struct Queue {
    number: u64,
    sender: Option<Sender<QueuedWrite>>,
}

impl Store {
    /// Opens a folder, or creates it. Refuses a folder or files that are links or open to other users.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let folder = Folder::open(folder)?;
        let lock_file = lock_folder(&folder)?;
        let file = folder.path(FILE);
        let failed = |cause| DataError::new(&file, cause);
        let found = match folder.file(FILE)? {
            Some(found) => found,
            None => create(&folder)?,
        };
        // The database checks what it reads, but may panic on some kinds of damage.
        let opened = catch_unwind(AssertUnwindSafe(|| open(found)));
        let database = Arc::new(opened.map_err(|_| Cause::Unreadable(panicked())).flatten().map_err(failed)?);
        let (sender, inbox) = mpsc::channel();
        let (reporter, progress) = watch::channel(Progress::default());
        let permits = Arc::new(Semaphore::new(MAX_PENDING_WRITES));
        let writer = Writer {
            database: Arc::clone(&database),
            file: file.clone(),
            progress: reporter,
            permits: Arc::clone(&permits),
        };
        let named = std::thread::Builder::new().name("sae-local-store".to_owned());
        let writer = named.spawn(move || writer.run(&inbox)).map_err(|error| failed(Cause::Open(error)))?;
        let queue = Mutex::new(Queue { number: 0, sender: Some(sender) });
        let open = Mutex::new(Some(Open { writer, database, lock_file }));
        Ok(Self { queue, progress, permits, open, file })
    }

    /// Waits until all enqueued changes are durable, then releases the folder. Later changes fail.
    pub fn close(&self) {
        let open = lock(&self.open).take();
        let Some(Open { writer, database, lock_file }) = open else { return };
        self.permits.close();
        lock(&self.queue).sender = None;
        // The thread catches its own panics.
        let _ = writer.join();
        drop(database);
        drop(lock_file);
    }

    /// The stored state of a tenant's product; none if nothing is stored.
    pub fn snapshot(&self, tenant: &str, product: &str) -> Result<Option<Snapshot<'static>>, DataError> {
        self.read(|database| contents(database, tenant, product))
    }

    /// An error which says that the stored data can't be read, for this reason.
    pub fn unreadable(&self, source: impl Into<Source>) -> DataError {
        DataError::new(&self.file, Cause::Unreadable(source.into()))
    }

    /// The clock of a tenant; none if it was never driven.
    pub fn clock(&self, tenant: &str) -> Result<Option<Clock>, DataError> {
        self.read(|database| {
            let table = match database.begin_read()?.open_table(CLOCKS) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(None),
                table => table?,
            };
            Ok(table.get(tenant)?.map(|found| match found.value() {
                (true, at) => Clock::Frozen { at },
                (false, ahead) => Clock::Running { ahead },
            }))
        })
    }

    /// Waits for permission to write. The number of calls that wait for the disk is limited.
    pub async fn write_permit(&self) -> Result<WritePermit, DataError> {
        match Arc::clone(&self.permits).acquire_owned().await {
            Ok(permit) => Ok(WritePermit::of(permit)),
            Err(_) => Err(self.failed()),
        }
    }

    /// Waits until something can't be written, and returns the error.
    pub fn failure(&self) -> impl Future<Output = DataError> + Send + use<> {
        let mut progress = self.progress.clone();
        async move {
            loop {
                if let Some(failure) = &progress.borrow_and_update().failure {
                    return failure.clone();
                }
                if progress.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// Enqueues a change and returns its number.
    pub fn enqueue(&self, tenant: &str, op: WriteOp, permit: WritePermit) -> u64 {
        let mut queue = lock(&self.queue);
        queue.number += 1;
        let number = queue.number;
        if let Some(sender) = &queue.sender {
            // A writer that has ended has reported an error, which whoever waits for this number gets.
            let _ = sender.send(QueuedWrite { number, tenant: tenant.to_owned(), op, permit });
        }
        number
    }

    /// A ticket that is committed once everything up to this number is durable.
    pub fn ticket(&self, number: u64) -> CommitTicket {
        let reached = {
            let progress = self.progress.borrow();
            progress.failure.is_none() && progress.durable >= number
        };
        if reached {
            CommitTicket::already_committed()
        } else {
            CommitTicket::of(self.progress.clone(), number, &self.file)
        }
    }

    fn failed(&self) -> DataError {
        let failure = self.progress.borrow().failure.clone();
        failure.unwrap_or_else(|| DataError::new(&self.file, Cause::Closed))
    }

    /// Reads from the database. It checks what it reads, but may panic on some kinds of damage.
    fn read<T>(&self, what: impl FnOnce(&Database) -> Result<T, Source>) -> Result<T, DataError> {
        let open = lock(&self.open);
        let Some(Open { database, .. }) = &*open else { return Err(self.failed()) };
        let read = catch_unwind(AssertUnwindSafe(|| what(database)));
        let read = read.map_err(|_| panicked()).flatten();
        read.map_err(|source| DataError::new(&self.file, Cause::Unreadable(source)))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

/// Reads the state of a tenant's product.
fn contents(database: &Database, tenant: &str, product: &str) -> Result<Option<Snapshot<'static>>, Source> {
    let table = database.begin_read()?.open_table(ENTITIES)?;
    // The last key of the product: no text sorts between a text and the same text with a zero byte appended.
    let end = format!("{product}\0");
    let mut reading = SnapshotReader::default();
    for found in table.range((tenant, product, "", "")..(tenant, end.as_str(), "", ""))? {
        let (key, value) = found?;
        let (_, _, entity, id) = key.value();
        reading.add(entity, id, value.value())?;
    }
    Ok(reading.end()?)
}

/// Locks the folder against other processes.
fn lock_folder(folder: &Folder) -> Result<File, DataError> {
    let file = match folder.file(LOCK)? {
        Some(file) => file,
        None => match folder.new_file(LOCK) {
            Ok(file) => file,
            // Another server may have created it just now.
            Err(error) => folder.file(LOCK)?.ok_or(error)?,
        },
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DataError::new(&folder.path, Cause::InUse)),
        Err(TryLockError::Error(error)) => Err(DataError::new(&folder.path(LOCK), Cause::Open(error))),
    }
}

/// Creates an empty database. It is renamed once it is complete, so that an interrupted creation doesn't look like
/// damage.
fn create(folder: &Folder) -> Result<File, DataError> {
    let failed = |cause| DataError::new(&folder.path(UNFINISHED), cause);
    folder.discard(UNFINISHED)?;
    let new = folder.new_file(UNFINISHED)?;
    let made = || -> Result<(), redb::Error> {
        let database = redb::Builder::new().create_with_backend(FileBackend::new(new)?)?;
        let transaction = database.begin_write()?;
        transaction.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
        transaction.open_table(ENTITIES)?;
        transaction.commit()?;
        Ok(())
    };
    made().map_err(|error| failed(Cause::of(error)))?;
    folder.rename(UNFINISHED, FILE).map_err(|error| failed(Cause::Open(error)))?;
    folder.file(FILE)?.ok_or_else(|| failed(Cause::Open(io::ErrorKind::NotFound.into())))
}

/// Opens an existing database and checks its integrity and its format.
fn open(file: File) -> Result<Database, Cause> {
    let read = || -> Result<(Database, Option<u64>), redb::Error> {
        let database = redb::Builder::new()
            .set_cache_size(CACHE)
            .set_check_integrity_on_open(true)
            .create_with_backend(FileBackend::new(file)?)?;
        let format = database.begin_read()?.open_table(META)?.get(FORMAT_KEY)?.map(|format| format.value());
        Ok((database, format))
    };
    match read().map_err(Cause::of)? {
        (database, Some(FORMAT)) => Ok(database),
        (_, Some(format)) => Err(Cause::Format(format)),
        (_, None) => Err(Cause::Unreadable("its format is missing".into())),
    }
}

const FILE: &str = "state.redb";
const UNFINISHED: &str = "state.redb.new";
const LOCK: &str = "lock";
/// The states are in memory: the database is read when it is opened, and later for the pages that change.
const CACHE: usize = 8 * 1024 * 1024;
/// The number of calls that may wait for the disk.
const MAX_PENDING_WRITES: usize = 1024;
