//! Folders of files, as values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sae_transport::text::escape_control;

/// Files below a folder: paths with slashes, and what the files hold.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Reads all files below a folder but hidden ones; none if it isn't there. Lines end as on Unix, however they were checked out.
pub fn read(folder: &Path) -> io::Result<Tree> {
    let (tree, unreadable) = read_what_can_be(folder);
    match unreadable.into_iter().next() {
        Some((name, error)) => {
            Err(io::Error::new(error.kind(), format!("{}: {error}", escape_control(&name))))
        }
        None => Ok(tree),
    }
}

/// The same, with what can't be read apart.
pub fn read_what_can_be(folder: &Path) -> (Tree, Vec<(String, io::Error)>) {
    let (mut tree, mut unreadable) = (Tree::new(), Vec::new());
    let mut waiting: Vec<(String, PathBuf)> = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = waiting.pop() {
        if !folder.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.unwrap_or_else(|error| {
            unreadable.push((prefix.clone(), error));
            Vec::new()
        });
        for path in entries.iter().map(fs::DirEntry::path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let name = format!("{prefix}{name}");
            match read_one(&path) {
                Ok(Some(bytes)) => {
                    tree.insert(name, unix_lines(&bytes));
                }
                Ok(None) => waiting.push((format!("{name}/"), path)),
                Err(error) => unreadable.push((name, error)),
            }
        }
    }
    (tree, unreadable)
}

/// What a file holds; nothing if it is a folder. A link to a folder could lead back to where it stands, and a pipe would never end.
fn read_one(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let target = fs::metadata(path)?;
    if target.is_file() {
        return fs::read(path).map(Some);
    }
    match (target.is_dir(), path.is_symlink()) {
        (true, false) => Ok(None),
        (true, true) => Err(io::Error::other("a link to a folder, which is not followed")),
        (false, _) => Err(io::Error::other("neither a file nor a folder")),
    }
}

/// Makes the files below a folder those of the tree, and answers what was otherwise.
pub fn write(folder: &Path, tree: &Tree) -> io::Result<Difference> {
    let difference = Difference::between(tree, &read(folder)?);
    for name in &difference.orphans {
        let file = folder.join(name);
        fs::remove_file(&file)?;
        for parent in file.ancestors().skip(1).take_while(|parent| *parent != folder) {
            if fs::read_dir(parent)?.next().is_some() {
                break;
            }
            fs::remove_dir(parent)?;
        }
    }
    for name in difference.stale.iter().chain(&difference.missing) {
        let (file, bytes) = (folder.join(name), tree.get(name).map_or(&[][..], Vec::as_slice));
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, bytes)?;
    }
    Ok(difference)
}

/// How a folder differs from what it should be.
#[derive(Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Files with other contents.
    pub stale: Vec<String>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that should not be there.
    pub orphans: Vec<String>,
}

impl Difference {
    /// Compares what should be with what is.
    pub fn between(expected: &Tree, actual: &Tree) -> Self {
        let mut difference = Self::default();
        for (name, bytes) in expected {
            match actual.get(name) {
                None => difference.missing.push(name.clone()),
                Some(old) if old != bytes => difference.stale.push(name.clone()),
                Some(_) => {}
            }
        }
        difference.orphans.extend(actual.keys().filter(|name| !expected.contains_key(*name)).cloned());
        difference
    }

    /// The same with names that start with this folder.
    pub fn below(mut self, folder: &str) -> Self {
        for files in [&mut self.stale, &mut self.missing, &mut self.orphans] {
            for file in files {
                *file = format!("{folder}/{file}");
            }
        }
        self
    }

    /// Adds what is otherwise elsewhere.
    pub fn extend(&mut self, other: Self) {
        self.stale.extend(other.stale);
        self.missing.extend(other.missing);
        self.orphans.extend(other.orphans);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stale.is_empty() && self.missing.is_empty() && self.orphans.is_empty()
    }

    /// The files that differ, one a line, each with what is wrong with it.
    pub fn list(&self) -> String {
        let words = [("stale", &self.stale), ("missing", &self.missing), ("orphan", &self.orphans)];
        let lines = words.iter().flat_map(|(word, files)| {
            files.iter().map(move |file| format!("{word}: {}\n", escape_control(file)))
        });
        lines.collect()
    }
}

fn unix_lines(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.collect::<Vec<_>>().join(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_owned())).collect()
    }

    #[test]
    fn differences_are_told_apart() {
        let (expected, actual) =
            (tree(&[("a", "1"), ("b", "1"), ("c", "1")]), tree(&[("a", "1"), ("b", "2"), ("d", "1")]));
        let difference = Difference::between(&expected, &actual);
        assert_eq!(difference.below("out").list(), "stale: out/b\nmissing: out/c\norphan: out/d\n");
        assert!(Difference::between(&expected, &expected).is_empty());
    }

    #[test]
    fn lines_end_as_on_unix() {
        for (bytes, expected) in
            [(&b"a\r\nb\r\n"[..], &b"a\nb\n"[..]), (b"a\rb\n\n\xff", b"a\rb\n\n\xff"), (b"", b"")]
        {
            assert_eq!(unix_lines(bytes), expected);
        }
    }

    #[test]
    fn a_folder_becomes_the_tree() {
        let folder = std::env::temp_dir().join(format!("xtask-tree-{}", std::process::id()));
        let first = tree(&[("a.rs", "1"), ("old/b.rs", "1")]);
        let second = tree(&[("a.rs", "2"), ("new/c.rs", "1")]);
        write(&folder, &first).unwrap();
        write(&folder, &second).unwrap();
        let (found, old_is_there) = (read(&folder).unwrap(), folder.join("old").exists());
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, second);
        assert!(!old_is_there);
    }
}
