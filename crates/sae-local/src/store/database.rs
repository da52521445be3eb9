//! The database in a folder: opened, read, closed.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use redb::backends::FileBackend;
use redb::{Database, ReadableDatabase as _, TableError};
use tokio::sync::{Semaphore, watch};

use super::error::{Cause, DataError, Source, panicked};
use super::folder::Folder;
use super::tables::{CLOCKS, ENTITIES, FORMAT, FORMAT_KEY, META};
use super::writer::{Change, CommitTicket, Progress, WriteOp, WritePermit, Writer};
use crate::domain::clock::Clock;
use crate::domain::snapshot::{Snapshot, SnapshotReader};

/// A folder that states are kept in. Until it is closed, nobody else can use it.
pub struct Store {
    queue: Mutex<Queue>,
    progress: watch::Receiver<Progress>,
    permit: Arc<Semaphore>,
    pub(super) open: Mutex<Option<Open>>,
    file: PathBuf,
}

/// What a store gives back when it is closed, in this order.
pub(super) struct Open {
    writer: JoinHandle<()>,
    pub(super) database: Arc<Database>,
    lock: File,
}

/// Changes on their way to the writer; none are taken once it is told to end.
struct Queue {
    number: u64,
    sender: Option<Sender<Change>>,
}

impl Store {
    /// Opens a folder, or makes it. Neither the folder nor what is in it may be a link, or be open to others.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let folder = Folder::open(folder)?;
        let lock = lock_folder(&folder)?;
        let file = folder.path(FILE);
        let failed = |cause| DataError::new(&file, cause);
        let found = match folder.file(FILE)? {
            Some(found) => found,
            None => create(&folder)?,
        };
        // The database checks what it reads, but not with every kind of damage in mind.
        let opened = catch_unwind(AssertUnwindSafe(|| open(found)));
        let database = Arc::new(opened.map_err(|_| Cause::Unreadable(panicked())).flatten().map_err(failed)?);
        let (sender, inbox) = mpsc::channel();
        let (telling, progress) = watch::channel(Progress::default());
        let permit = Arc::new(Semaphore::new(MAX_PENDING_WRITES));
        let writer = Writer {
            database: Arc::clone(&database),
            file: file.clone(),
            progress: telling,
            permit: Arc::clone(&permit),
        };
        let named = std::thread::Builder::new().name("sae-local-store".to_owned());
        let writer = named.spawn(move || writer.run(&inbox)).map_err(|error| failed(Cause::Open(error)))?;
        let queue = Mutex::new(Queue { number: 0, sender: Some(sender) });
        let open = Mutex::new(Some(Open { writer, database, lock }));
        Ok(Self { queue, progress, permit, open, file })
    }

    /// Waits until all that was handed over is durable, and lets go of the folder. Nothing more is kept from then on.
    pub fn close(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Open { writer, database, lock }) = open else { return };
        self.permit.close();
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).sender = None;
        // It catches its own panics.
        let _ = writer.join();
        drop(database);
        drop(lock);
    }

    /// What is stored of a tenant's product; none if nothing is.
    pub fn snapshot(&self, tenant: &str, product: &str) -> Result<Option<Snapshot<'static>>, DataError> {
        self.read(|database| contents(database, tenant, product))
    }

    /// That the stored data can't be read, for this reason.
    pub fn unreadable(&self, source: impl Into<Source>) -> DataError {
        DataError::new(&self.file, Cause::Unreadable(source.into()))
    }

    /// The clock of a tenant, if somebody has ever driven it.
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

    /// Waits until there is room for another call. How many may be on their way to the disk is limited.
    pub async fn permit(&self) -> Result<WritePermit, DataError> {
        match Arc::clone(&self.permit).acquire_owned().await {
            Ok(permit) => Ok(WritePermit::of(permit)),
            Err(_) => Err(self.failed()),
        }
    }

    /// Waits until something can't be kept; most likely for ever.
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

    /// Hands changes over to be made durable; gives their number.
    pub fn enqueue(&self, tenant: &str, op: WriteOp, permit: WritePermit) -> u64 {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.number += 1;
        let number = queue.number;
        if let Some(sender) = &queue.sender {
            // A writer that has ended has said so, and whoever waits for this number is told.
            let _ = sender.send(Change { number, tenant: tenant.to_owned(), op, permit });
        }
        number
    }

    /// That everything up to this number is durable.
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

    /// Reads something. The database checks what it reads, but not with every kind of damage in mind.
    fn read<T>(&self, what: impl FnOnce(&Database) -> Result<T, Source>) -> Result<T, DataError> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
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

/// What a tenant has of a product.
fn contents(database: &Database, tenant: &str, product: &str) -> Result<Option<Snapshot<'static>>, Source> {
    let table = database.begin_read()?.open_table(ENTITIES)?;
    // No text comes between a text and the same with a zero behind it.
    let end = format!("{product}\0");
    let mut reading = SnapshotReader::default();
    for found in table.range((tenant, product, "", "")..(tenant, end.as_str(), "", ""))? {
        let (key, value) = found?;
        let (_, _, entity, id) = key.value();
        reading.add(entity, id, value.value())?;
    }
    Ok(reading.end()?)
}

/// Keeps others out of the folder.
fn lock_folder(folder: &Folder) -> Result<File, DataError> {
    let file = match folder.file(LOCK)? {
        Some(file) => file,
        None => match folder.new_file(LOCK) {
            Ok(file) => file,
            // Another server has just made it.
            Err(error) => folder.file(LOCK)?.ok_or(error)?,
        },
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DataError::new(&folder.path, Cause::InUse)),
        Err(TryLockError::Error(error)) => Err(DataError::new(&folder.path(LOCK), Cause::Open(error))),
    }
}

/// Makes an empty database. It gets its name when it is whole, so that one half made is never taken for one damaged.
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

/// Opens a database that is there, and looks whether it is whole and can be understood.
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
        (_, None) => Err(Cause::Unreadable("it doesn't say which format it has".into())),
    }
}

const FILE: &str = "state.redb";
const UNFINISHED: &str = "state.redb.new";
const LOCK: &str = "lock";
/// States are in memory: the database is read when it is opened, and after that for the pages that change.
const CACHE: usize = 8 * 1024 * 1024;
/// Calls that may be on their way to the disk, or about to.
const MAX_PENDING_WRITES: usize = 1024;
