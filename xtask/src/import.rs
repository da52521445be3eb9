//! `cargo xtask import`: how the spec differs from the official metadata, and skeletons for what is new there.

mod answer;
mod api_docs;
mod deviation;
mod drift;
mod metadata;
mod skeleton;
mod wire;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{error, fmt};

use sae_transport::text::escape_control;

use self::deviation::Deviations;
use self::drift::Finding;
use crate::diagnostics::{Problem, Problems};
use crate::file_tree::{self, Tree};
use crate::lower::symbols::Symbols;
use crate::spec::{self, ServiceFolder, Spec};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// What the spec is compared with.
    pub source: Source,
    /// Whether to write skeletons for new operations.
    pub write: bool,
}

/// What a spec is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A checkout of the metadata: the folder with `en-US` and `zh-CN`.
    Metadata(PathBuf),
    /// Published descriptions, `api-docs.json`, one of each service.
    ApiDocs(Vec<PathBuf>),
}

impl Options {
    /// Reads the words behind `import`; `None` if they are not as the usage says.
    pub fn parse(words: &[&str]) -> Option<Self> {
        let (mut meta, mut docs, mut write) = (None, Vec::new(), false);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--meta" if meta.is_none() => meta = Some(PathBuf::from(words.next()?)),
                "--docs" => docs.push(PathBuf::from(words.next()?)),
                "--write" if !write => write = true,
                _ => return None,
            }
        }
        let source = match (meta, docs.is_empty()) {
            (Some(folder), true) => Source::Metadata(folder),
            (None, false) => Source::ApiDocs(docs),
            _ => return None,
        };
        Some(Self { source, write })
    }
}

/// What came of a comparison.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The drift, a line each, by service and operation.
    pub drift: Vec<String>,
    /// Skeletons of new operations: paths below the repository, and their files.
    pub skeletons: Tree,
    /// How many operations the metadata has.
    pub operations: usize,
    /// How many differences are recorded as deviations.
    pub deviations: usize,
}

impl Report {
    /// Whether spec and metadata differ in more than the recorded deviations.
    pub fn is_drift(&self) -> bool {
        !self.drift.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { drift, operations, deviations, .. } = self;
        if drift.is_empty() {
            return write!(f, "no drift: {operations} operations, {deviations} recorded deviations");
        }
        for line in drift {
            writeln!(f, "{}", escape_control(line))?;
        }
        let (count, s) = (drift.len(), if drift.len() == 1 { "" } else { "s" });
        writeln!(f, "{count} difference{s} from the metadata, {deviations} recorded")?;
        write!(f, "correct the spec, or record a deviation as {}/README.md says", spec::FOLDER)
    }
}

/// Why nothing could be compared.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The spec, its deviations or the metadata can't be understood.
    Unreadable(Vec<Problem>),
    /// A file can't be read or written.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problems) => {
                for problem in problems {
                    writeln!(f, "{problem}")?;
                }
                write!(f, "nothing was compared")
            }
            Self::Io(_) => write!(f, "can't read the spec or the metadata, or write a skeleton"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unreadable(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Compares the spec of a repository with a source.
pub fn run(root: &Path, source: &Source) -> Result<Report, Error> {
    let files = file_tree::read(&root.join(spec::FOLDER))?;
    let meta = match source {
        Source::Metadata(folder) => folder,
        Source::ApiDocs(files_of_docs) => {
            let read =
                |path: &PathBuf| -> io::Result<_> { Ok((path.display().to_string(), fs::read(path)?)) };
            return compare_docs(&files, &files_of_docs.iter().map(read).collect::<io::Result<Tree>>()?);
        }
    };
    let mut problems = Problems::default();
    let spec = Spec::read(&files, &mut problems);
    let mut metadata = Tree::new();
    for service in &spec.services {
        // The checkout holds every product of Alibaba Cloud: only those of the spec are read.
        for language in metadata::LANGUAGES {
            let folder = format!("{language}/{}", product(service));
            let found = file_tree::read(&meta.join(&folder))?.into_iter();
            metadata.extend(found.map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
        }
    }
    compare_read(&spec, problems, |service, problems| metadata::operations(service, &metadata, problems))
}

/// Compares the files of a spec with those of the metadata.
pub fn compare(files: &Tree, metadata: &Tree) -> Result<Report, Error> {
    let mut problems = Problems::default();
    let spec = Spec::read(files, &mut problems);
    compare_read(&spec, problems, |service, problems| metadata::operations(service, metadata, problems))
}

/// Compares the files of a spec with published descriptions.
pub fn compare_docs(files: &Tree, docs: &Tree) -> Result<Report, Error> {
    let mut problems = Problems::default();
    let spec = Spec::read(files, &mut problems);
    compare_read(&spec, problems, |service, problems| api_docs::operations(service, docs, problems))
}

/// Writes the skeletons that are not there yet, and answers which it wrote. A file that exists stays as it is.
pub fn write(root: &Path, skeletons: &Tree) -> io::Result<Vec<String>> {
    let mut written = Vec::new();
    for (path, bytes) in skeletons {
        let file = root.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        match OpenOptions::new().write(true).create_new(true).open(file) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                written.push(path.clone());
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

fn compare_read(
    spec: &Spec,
    mut problems: Problems,
    read: impl Fn(&ServiceFolder, &mut Problems) -> metadata::Source,
) -> Result<Report, Error> {
    let mut report = Report::default();
    for service in &spec.services {
        let theirs = read(service, &mut problems);
        let deviations = Deviations::read(service, &mut problems);
        let symbols = Symbols::collect(service, &mut problems);
        let findings = drift::findings(service, &theirs, &symbols);
        let has_answers = theirs.operations.values().any(|found| found.operation.answer.is_some());
        report.operations += theirs.operations.len();
        report.add(service, &deviations, findings, has_answers);
    }
    if problems.is_empty() { Ok(report) } else { Err(Error::Unreadable(problems.into_sorted())) }
}

impl Report {
    fn add(
        &mut self,
        service: &ServiceFolder,
        deviations: &Deviations,
        findings: Vec<Finding<'_>>,
        has_answers: bool,
    ) {
        let mut lines: Vec<(drift::Key, String)> = Vec::new();
        for key in deviations.outdated(&findings, has_answers) {
            lines.push((key.clone(), deviations.complaint(key)));
        }
        for finding in findings {
            if deviations.hold(&finding.key) {
                self.deviations += 1;
                continue;
            }
            if let Some(operation) = finding.operation {
                self.skeletons.insert(
                    skeleton::path(&service.name, &operation.name),
                    skeleton::text(&service.name, operation).into_bytes(),
                );
            }
            let line = finding.to_string();
            lines.push((finding.key, line));
        }
        lines.sort();
        self.drift.extend(lines.into_iter().map(|(_, line)| line));
    }
}

/// The folder of a service in the metadata.
fn product(service: &ServiceFolder) -> &str {
    service.manifest.document.product.as_ref()
}
