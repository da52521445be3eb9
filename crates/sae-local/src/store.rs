//! Durable state: an embedded database in a folder.
//!
//! A call hands over what it has changed while it still holds the state of its tenant, so changes come in the order in
//! which they were made. One thread takes all that has come together, makes it durable with a single commit, and says
//! how far it has come. A call is answered once everything that it may have seen is durable, reads too: what anybody
//! was told survives the end of the process, however it ends.
//!
//! Time alone is not written. What it does to a state comes out the same whenever it is done, so it is done again after
//! a restart; what it has done by the next command is written with that.

mod error;
mod kept;
mod writer;

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use redb::backends::FileBackend;
use redb::{Database, ReadableDatabase as _, TableDefinition};
use tokio::sync::{Semaphore, watch};

pub use self::error::DataError;
use self::error::{Cause, Source, panicked};
pub use self::kept::Kept;
use self::writer::{Change, Progress};
pub use self::writer::{Promise, Room};
use crate::domain::State;
use crate::domain::snapshot::{Reading, Record, Snapshot};

/// A folder that states are kept in. As long as this lives, nobody else can use it.
pub struct Store {
    queue: Mutex<Queue>,
    progress: watch::Receiver<Progress>,
    room: Arc<Semaphore>,
    writer: Option<JoinHandle<()>>,
    database: Arc<Database>,
    file: PathBuf,
    /// Held until everything else is gone.
    _lock: File,
}

/// Changes on their way to the writer; none are taken once it is told to end.
struct Queue {
    number: u64,
    sender: Option<Sender<Change>>,
}

impl Store {
    /// Opens a folder, or makes it.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let lock = lock(folder)?;
        let file = folder.join(FILE);
        let failed = |cause| DataError::new(&file, cause);
        if !file.try_exists().map_err(|error| failed(Cause::Open(error)))? {
            create(folder, &file).map_err(failed)?;
        }
        // The database checks what it reads, but not with every kind of damage in mind.
        let opened = catch_unwind(AssertUnwindSafe(|| open(&file)));
        let database = Arc::new(opened.map_err(|_| Cause::Unreadable(panicked())).flatten().map_err(failed)?);
        let (sender, inbox) = mpsc::channel();
        let (telling, progress) = watch::channel(Progress::default());
        let room = Arc::new(Semaphore::new(ROOM));
        let writer = writer::Writer {
            database: Arc::clone(&database),
            file: file.clone(),
            progress: telling,
            room: Arc::clone(&room),
        };
        let named = std::thread::Builder::new().name("sae-local-store".to_owned());
        let writer = named.spawn(move || writer.run(&inbox)).map_err(|error| failed(Cause::Open(error)))?;
        let queue = Mutex::new(Queue { number: 0, sender: Some(sender) });
        Ok(Self { queue, progress, room, writer: Some(writer), database, file, _lock: lock })
    }

    /// The state that a tenant has of a product: the one that is kept, or else this new one. It is kept from now on.
    pub fn kept(
        self: &Arc<Self>,
        tenant: &str,
        product: &'static str,
        mut state: State,
    ) -> Result<Kept, DataError> {
        let failed = |cause| DataError::new(&self.file, cause);
        let snapshot = catch_unwind(AssertUnwindSafe(|| self.read(tenant, product)));
        let snapshot = snapshot.map_err(|_| panicked()).flatten();
        if let Some(snapshot) = snapshot.map_err(|source| failed(Cause::Unreadable(source)))? {
            state.restore(snapshot).map_err(|damaged| failed(Cause::Unreadable(damaged.into())))?;
        }
        Ok(Kept::new(state, Arc::clone(self), tenant, product))
    }

    /// Waits until there is room for another call. How many may be on their way to the disk is limited.
    pub async fn room(&self) -> Result<Room, DataError> {
        match Arc::clone(&self.room).acquire_owned().await {
            Ok(permit) => Ok(Room::of(permit)),
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
    fn hand_over(
        &self,
        tenant: &str,
        product: &'static str,
        records: serde_json::Result<Vec<Record>>,
        room: Room,
    ) -> u64 {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.number += 1;
        let number = queue.number;
        if let Some(sender) = &queue.sender {
            // A writer that has ended has said so, and whoever waits for this number is told.
            let _ = sender.send(Change { number, tenant: tenant.to_owned(), product, records, room });
        }
        number
    }

    /// That everything up to this number is durable.
    fn promise(&self, number: u64) -> Promise {
        let reached = {
            let progress = self.progress.borrow();
            progress.failure.is_none() && progress.durable >= number
        };
        if reached { Promise::kept_already() } else { Promise::of(self.progress.clone(), number, &self.file) }
    }

    fn failed(&self) -> DataError {
        let failure = self.progress.borrow().failure.clone();
        failure.unwrap_or_else(|| DataError::new(&self.file, Cause::Write(panicked())))
    }

    fn read(&self, tenant: &str, product: &str) -> Result<Option<Snapshot<'static>>, Source> {
        let table = self.database.begin_read()?.open_table(ENTITIES)?;
        // No text comes between a text and the same with a zero behind it.
        let end = format!("{product}\0");
        let mut reading = Reading::default();
        for found in table.range((tenant, product, "", "")..(tenant, end.as_str(), "", ""))? {
            let (key, value) = found?;
            let (_, _, entity, id) = key.value();
            reading.add(entity, id, value.value())?;
        }
        Ok(reading.end()?)
    }
}

/// Waits until all that was handed over is durable.
impl Drop for Store {
    fn drop(&mut self) {
        self.queue.get_mut().unwrap_or_else(PoisonError::into_inner).sender = None;
        if let Some(writer) = self.writer.take() {
            // It catches its own panics.
            let _ = writer.join();
        }
    }
}

/// Makes the folder if it isn't there, and keeps others out of it.
fn lock(folder: &Path) -> Result<File, DataError> {
    let failed = |cause| DataError::new(folder, cause);
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(failed(Cause::NoFolder)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder).map_err(|error| failed(Cause::Open(error)))?;
        }
        Err(error) => return Err(failed(Cause::Open(error))),
    }
    let path = folder.join(LOCK);
    let failed_file = |error| DataError::new(&path, Cause::Open(error));
    let file = private().create(true).truncate(false).open(&path).map_err(failed_file)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(failed(Cause::InUse)),
        Err(TryLockError::Error(error)) => Err(failed_file(error)),
    }
}

/// Makes an empty database. It gets its name when it is whole, so that one half made is never taken for one damaged.
fn create(folder: &Path, file: &Path) -> Result<(), Cause> {
    let unfinished = folder.join(UNFINISHED);
    let new = private().create(true).truncate(true).open(&unfinished).map_err(Cause::Open)?;
    let made = || -> Result<(), redb::Error> {
        let database = redb::Builder::new().create_with_backend(FileBackend::new(new)?)?;
        let transaction = database.begin_write()?;
        transaction.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
        transaction.open_table(ENTITIES)?;
        transaction.commit()?;
        Ok(())
    };
    made().map_err(Cause::of)?;
    fs::rename(&unfinished, file).map_err(Cause::Open)?;
    // Without this, the name may be lost with the power.
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Cause::Open)?;
    Ok(())
}

/// Opens a database that is there, and looks whether it is whole and can be understood.
fn open(file: &Path) -> Result<Database, Cause> {
    let opened = private().open(file).map_err(Cause::Open)?;
    let read = || -> Result<(Database, Option<u64>), redb::Error> {
        let database = redb::Builder::new()
            .set_cache_size(CACHE)
            .set_check_integrity_on_open(true)
            .create_with_backend(FileBackend::new(opened)?)?;
        let format = database.begin_read()?.open_table(META)?.get(FORMAT_KEY)?.map(|format| format.value());
        Ok((database, format))
    };
    match read().map_err(Cause::of)? {
        (database, Some(FORMAT)) => Ok(database),
        (_, Some(format)) => Err(Cause::Format(format)),
        (_, None) => Err(Cause::Unreadable("it doesn't say which format it has".into())),
    }
}

/// For reading and writing by nobody else: secrets of namespaces and environment variables are in there.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Entities as JSON, by tenant (the id of the access key), product, kind and identifier.
const ENTITIES: TableDefinition<'_, (&str, &str, &str, &str), &[u8]> = TableDefinition::new("entities");
/// What is known of the database itself.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
const FORMAT_KEY: &str = "format";
/// What the entities look like. A change that older versions can't read gets the next number.
pub const FORMAT: u64 = 1;
const FILE: &str = "state.redb";
const UNFINISHED: &str = "state.redb.new";
const LOCK: &str = "lock";
/// States are in memory: the database is read when it is opened, and after that for the pages that change.
const CACHE: usize = 8 * 1024 * 1024;
/// Calls that may be on their way to the disk, or about to.
const ROOM: usize = 1024;
