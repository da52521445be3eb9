//! Errors of the folder for state, and the content of a good one.

use std::error::Error as _;
use std::fs;
use std::path::Path;

use redb::{Database, TableDefinition};
use tempfile::tempdir;

use crate::{create, done, on};

/// The message when a server can't start, with its causes.
async fn refusal(folder: &Path) -> String {
    let error = on(folder).start().await.unwrap_err();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

#[tokio::test]
async fn one_server_at_a_time_uses_a_folder() {
    let folder = tempdir().unwrap();
    let first = on(folder.path()).start().await.unwrap();
    let expected = format!("{} is in use by another sae local", folder.path().display());
    assert_eq!(refusal(folder.path()).await, expected);
    first.stop().await;
    on(folder.path()).start().await.unwrap().stop().await;
}

#[tokio::test]
async fn a_folder_is_in_use_whatever_becomes_of_its_lock_and_its_path() {
    let above = tempdir().unwrap();
    let folder = above.path().join("data");
    let first = on(&folder).start().await.unwrap();
    create(&first, "one").await;
    // The database has a lock of its own.
    fs::remove_file(folder.join("lock")).unwrap();
    let said = format!("{} is in use by another sae local", folder.join("state.redb").display());
    assert_eq!(refusal(&folder).await, said);
    // A folder that was moved is still written to.
    let elsewhere = above.path().join("elsewhere");
    fs::rename(&folder, &elsewhere).unwrap();
    create(&first, "two").await;
    first.stop().await;
    assert!(!folder.exists());
    let again = on(&elsewhere).start().await.unwrap();
    for name in ["one", "two"] {
        let listed = done(&again, "GET", "/pop/v1/sam/app/listApplications", &[("AppName", name)]).await;
        assert_eq!(listed.value("AppName"), name);
    }
    again.stop().await;
}

#[tokio::test]
async fn something_else_in_place_of_the_folder_is_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    assert_eq!(refusal(&file).await, format!("{} is not a folder", file.display()));
    assert_eq!(refusal(Path::new("")).await, "\"\" is not a folder");
    let below = file.join("data");
    let said = refusal(&below).await;
    let expected = format!("{} can't be opened for reading and writing: ", below.display());
    assert!(said.starts_with(&expected), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "text");
    // A folder in place of a file can't be opened either, even by the superuser.
    let state = folder.path().join("odd/state.redb");
    fs::create_dir_all(&state).unwrap();
    let said = refusal(&folder.path().join("odd")).await;
    let expected = format!("{} can't be opened for reading and writing: ", state.display());
    assert!(said.starts_with(&expected), "{said}");
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    create(&local, "demo").await;
    local.stop().await;
    let file = folder.path().join("state.redb");
    let whole = fs::read(&file).unwrap();
    let damaged = format!("{} is damaged, or not the data of a local SAE: ", file.display());
    let text = whole.windows(11).position(|bytes| bytes == b"demo/nginx:").unwrap();
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xFF;
        bytes
    };
    for (what, bytes) in [
        ("no database", b"not a database".to_vec()),
        ("zeros", vec![0; 8192]),
        ("cut short", whole[..whole.len() / 2].to_vec()),
        ("its head alone", whole[..300].to_vec()),
        ("a byte of an entity", changed(text)),
        ("its first byte", changed(0)),
    ] {
        fs::write(&file, &bytes).unwrap();
        let said = refusal(folder.path()).await;
        assert!(said.starts_with(&damaged), "{what}: {said}");
    }
    fs::write(&file, &whole).unwrap();
    on(folder.path()).start().await.unwrap().stop().await;
}

#[tokio::test]
async fn an_entity_that_cannot_be_read_is_named_without_its_content() {
    let folder = tempdir().unwrap();
    let local = on(folder.path()).start().await.unwrap();
    create(&local, "demo").await;
    local.stop().await;
    let file = folder.path().join("state.redb");
    for (entity, id, value, said) in [
        ("application", "a1", r#""secret""#, "application a1 can't be read: unexpected data at byte 8 of it"),
        ("pod", "p1", "{}", "pod p1 can't be read: this version doesn't know what it is"),
    ] {
        edit(&file, |database| {
            let transaction = database.begin_write().unwrap();
            let key = ("local", "sae", entity, id);
            transaction.open_table(ENTITIES).unwrap().insert(key, value.as_bytes()).unwrap();
            transaction.commit().unwrap();
        });
        let expected = format!("{} is damaged, or not the data of a local SAE: {said}", file.display());
        assert_eq!(refusal(folder.path()).await, expected);
        edit(&file, |database| {
            let transaction = database.begin_write().unwrap();
            transaction.open_table(ENTITIES).unwrap().remove(("local", "sae", entity, id)).unwrap();
            transaction.commit().unwrap();
        });
    }
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let folder = tempdir().unwrap();
    on(folder.path()).start().await.unwrap().stop().await;
    let file = folder.path().join("state.redb");
    edit(&file, |database| {
        let transaction = database.begin_write().unwrap();
        transaction.open_table(META).unwrap().insert("format", 7).unwrap();
        transaction.commit().unwrap();
    });
    let expected =
        format!("{} was written by another version: it has format 7, this version reads 1", file.display());
    assert_eq!(refusal(folder.path()).await, expected);
}

#[tokio::test]
async fn a_folder_is_made_with_all_above_it() {
    let above = tempdir().unwrap();
    let folder = above.path().join("some/where");
    // A database that a killed process left incomplete is replaced.
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("state.redb.new"), "half").unwrap();
    on(&folder).start().await.unwrap().stop().await;
    let folder = above.path().join("else/where");
    on(&folder).start().await.unwrap().stop().await;
    #[cfg(unix)]
    for (path, expected) in [(folder.join("state.redb"), 0o600), (folder, 0o700)] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, expected, "{}: secrets are in there", path.display());
    }
}

fn edit(file: &Path, change: impl Fn(&Database)) {
    change(&Database::open(file).unwrap());
}

const ENTITIES: TableDefinition<'_, (&str, &str, &str, &str), &[u8]> = TableDefinition::new("entities");
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
