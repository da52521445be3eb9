//! The folder belongs to the user who runs the server. What another user may have put there is refused, and nothing is
//! written through it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::tempdir;

use crate::{create, on};

/// A folder with a state.
async fn used(path: &Path) {
    let local = on(path).start().await.unwrap();
    create(&local, "demo").await;
    local.stop().await;
}

/// Checks that the server doesn't start and says this about this path.
async fn check(folder: &Path, path: &Path, said: &str) {
    let error = on(folder).start().await.unwrap_err();
    assert_eq!(error.to_string(), format!("{} {said}", path.display()));
    assert!(error.is_setting(), "{error}");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

const LINK: &str = "is a symbolic link: use its target or remove it";
const IRREGULAR: &str = "is not a regular file: remove it or use another folder";

#[tokio::test]
async fn links_are_not_followed() {
    let above = tempdir().unwrap();
    let victim = above.path().join("victim");
    for name in ["state.redb.new", "state.redb", "lock"] {
        for content in [None, Some(""), Some("precious")] {
            let folder = above.path().join(format!("{name}-{content:?}"));
            fs::create_dir(&folder).unwrap();
            if let Some(content) = content {
                fs::write(&victim, content).unwrap();
                set_mode(&victim, 0o600);
            }
            symlink(&victim, folder.join(name)).unwrap();
            check(&folder, &folder.join(name), LINK).await;
            assert_eq!(fs::read_to_string(&victim).ok().as_deref(), content, "{name}");
            assert!(folder.join(name).is_symlink());
            fs::remove_file(&victim).ok();
        }
    }
    // The folder itself must not be a link either, with or without a slash at the end.
    let real = above.path().join("real");
    used(&real).await;
    let link = above.path().join("link");
    symlink(&real, &link).unwrap();
    for path in [link.clone(), link.join(""), link.join(".")] {
        check(&path, &link, LINK).await;
    }
    let dangling = above.path().join("dangling");
    symlink(above.path().join("nothing"), &dangling).unwrap();
    check(&dangling, &dangling, LINK).await;
    assert!(!above.path().join("nothing").exists());
    // Its parents may be links.
    symlink(above.path(), above.path().join("way")).unwrap();
    on(&above.path().join("way/real")).start().await.unwrap().stop().await;
}

#[tokio::test]
async fn what_is_no_file_of_ours_alone_is_refused() {
    let above = tempdir().unwrap();
    for name in ["state.redb.new", "state.redb", "lock"] {
        let new = |kind: &str| -> PathBuf {
            let folder = above.path().join(format!("{name}-{kind}"));
            fs::create_dir(&folder).unwrap();
            folder
        };
        let folder = new("pipe");
        assert!(Command::new("mkfifo").arg(folder.join(name)).status().unwrap().success());
        check(&folder, &folder.join(name), IRREGULAR).await;
        let folder = new("hard");
        let victim = folder.join("victim");
        fs::write(&victim, "precious").unwrap();
        set_mode(&victim, 0o600);
        fs::hard_link(&victim, folder.join(name)).unwrap();
        check(&folder, &folder.join(name), "has a second name (a hard link): remove one of them").await;
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    }
}

#[tokio::test]
async fn modes_and_owners_are_looked_at() {
    let above = tempdir().unwrap();
    let folder = above.path().join("data");
    used(&folder).await;
    for open in [0o777, 0o770, 0o702, 0o720] {
        set_mode(&folder, open);
        check(
            &folder,
            &folder,
            &format!("is writable by other users (mode {open:03o}): run `chmod 700` on it"),
        )
        .await;
        assert_eq!(mode(&folder), open, "it is left as it is");
    }
    // Other users may list the files, but not read them.
    set_mode(&folder, 0o755);
    for name in ["state.redb", "lock"] {
        for open in [0o666, 0o644, 0o620, 0o604] {
            set_mode(&folder.join(name), open);
            let said = format!("is accessible to other users (mode {open:03o}): run `chmod 600` on it");
            check(&folder, &folder.join(name), &said).await;
        }
        set_mode(&folder.join(name), 0o600);
    }
    on(&folder).start().await.unwrap().stop().await;
    for name in ["state.redb", "lock"] {
        let file = folder.join(name);
        // Only the superuser can change the owner of a file.
        if chown(&file, Some(12_345), None).is_ok() {
            check(&folder, &file, "belongs to another user (id 12345): use a folder of your own").await;
            chown(&file, Some(fs::metadata(&folder).unwrap().uid()), None).unwrap();
        }
    }
    // Only the superuser can change the owner; other users try a folder of the superuser.
    let other = if chown(&folder, Some(12_345), None).is_ok() { folder } else { PathBuf::from("/usr") };
    let owner = fs::metadata(&other).unwrap().uid();
    let said = format!("belongs to another user (id {owner}): use a folder of your own");
    check(&other, &other, &said).await;
}

/// In a process of its own, since the umask is that of the process.
#[test]
fn what_is_made_is_private_whatever_the_mask() {
    let above = tempdir().unwrap();
    for mask in ["000", "022", "277", "777"] {
        let folder = above.path().join(mask);
        let script = format!(
            "umask {mask}; exec '{}' --exact private::a_folder_is_made_where_the_environment_says",
            std::env::current_exe().unwrap().display()
        );
        let ended =
            Command::new("sh").args(["-c", &script]).env("SAE_TEST_FOLDER", &folder).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
        assert_eq!(mode(&folder), 0o700, "{mask}");
        for name in ["state.redb", "lock"] {
            assert_eq!(mode(&folder.join(name)), 0o600, "{mask} {name}");
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "{mask}");
    }
}

#[tokio::test]
async fn a_folder_is_made_where_the_environment_says() {
    let own = tempdir().unwrap();
    let folder = std::env::var_os("SAE_TEST_FOLDER").map_or_else(|| own.path().join("data"), PathBuf::from);
    on(&folder).start().await.unwrap().stop().await;
    assert_eq!(mode(&folder), 0o700);
}
