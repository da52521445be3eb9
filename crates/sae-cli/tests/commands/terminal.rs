//! The program on a terminal: colours, questions, columns that fit.

use std::io::{Read as _, Write as _};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use sae_local::Pace;

use crate::program::{Program, content, golden};

/// A text to type once another text is on the screen.
pub struct Typed(pub &'static str, pub &'static str);

/// Runs the program on a terminal of this width. Returns the exit code and all output.
pub async fn on_terminal(
    program: &Program,
    width: u16,
    arguments: &[&str],
    typed: &[Typed],
) -> (u32, String) {
    run_on_terminal(env!("CARGO_BIN_EXE_sae"), program, width, arguments, typed).await
}

/// The same without typing. The function is called with each part of a line as it is printed, and with each update of a line.
pub async fn driven_on_terminal(
    program: &Program,
    width: u16,
    arguments: &[&str],
    mut printed: impl FnMut(&str) + Send + 'static,
) -> (u32, String) {
    let mut from = 0;
    let react = move |seen: &[u8]| {
        while let Some(length) = seen[from..].iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            printed(&String::from_utf8_lossy(&seen[from..from + length]));
            from += length + 1;
        }
        None
    };
    reacting_on_terminal(env!("CARGO_BIN_EXE_sae"), program, width, arguments, react).await
}

/// Types texts into another program, in the same environment.
async fn run_on_terminal(
    executable: &str,
    program: &Program,
    width: u16,
    arguments: &[&str],
    typed: &[Typed],
) -> (u32, String) {
    let waited: Vec<_> = typed.iter().map(|Typed(after, text)| (*after, *text)).collect();
    let mut waited = waited.into_iter().peekable();
    let mut from = 0;
    let react = move |seen: &[u8]| {
        let text = String::from_utf8_lossy(&seen[from..]).into_owned();
        let (_, answer) = waited.next_if(|(after, _)| text.contains(after))?;
        from = seen.len();
        Some(answer)
    };
    reacting_on_terminal(executable, program, width, arguments, react).await
}

/// Runs a program on a terminal. The function is called with all output so far and may type an answer.
async fn reacting_on_terminal(
    executable: &str,
    program: &Program,
    width: u16,
    arguments: &[&str],
    mut react: impl FnMut(&[u8]) -> Option<&'static str> + Send + 'static,
) -> (u32, String) {
    let size = PtySize { rows: 40, cols: width, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).expect("a terminal");
    let mut command = CommandBuilder::new(executable);
    command.args(arguments);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for (name, value) in program.variables() {
        command.env(name, value);
    }
    let mut child = pair.slave.spawn_command(command).expect("it started");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("a reader");
    let mut writer = pair.master.take_writer().expect("a writer");
    let seen = tokio::task::spawn_blocking(move || {
        let mut seen = Vec::new();
        let mut bytes = [0; 4096];
        // At the end a terminal gives an error or nothing, as the system has it.
        while let Ok(read @ 1..) = reader.read(&mut bytes) {
            seen.extend_from_slice(&bytes[..read]);
            if let Some(answer) = react(&seen) {
                writer.write_all(answer.as_bytes()).expect("it is typed");
            }
        }
        String::from_utf8_lossy(&seen).into_owned()
    });
    let seen = seen.await.expect("it ran");
    let status = tokio::task::spawn_blocking(move || child.wait()).await.expect("it ran").expect("it ended");
    (status.exit_code(), seen)
}

/// The lines without colours.
pub fn plain(seen: &str) -> Vec<String> {
    console::strip_ansi_codes(seen).lines().map(|line| line.trim_end_matches('\r').to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_fits_the_terminal() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let image = "registry.cn-hangzhou.aliyuncs.com/名前空間/a-rather-long-name:2026-08-01";
    program.must(&["app", "create", "web", "-n", "shop", "--image", image]).await;
    for width in [50, 80, 300] {
        let (code, seen) = on_terminal(&program, width, &["app", "list"], &[]).await;
        assert_eq!(code, 0, "{seen}");
        let lines = plain(&seen);
        let told = lines.iter().position(|line| line.contains("to fit the terminal: "));
        assert_eq!(told.is_some(), width < 300, "{width}: {seen}");
        assert_eq!(seen.contains("hidden to fit the terminal: "), width == 50, "{width}: {seen}");
        assert!(seen.contains("RUNNING") && seen.contains("1/1"), "{width}: {seen}");
        assert_eq!(told.unwrap_or(lines.len()), 2, "no line wraps: {seen}");
        for line in &lines {
            assert!(console::measure_text_width(line) <= usize::from(width), "{width}: {line}");
        }
        assert_eq!(seen.contains('…'), width < 300, "{width}: {seen}");
        assert_eq!(seen.contains(image), width == 300, "{width}: {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wide_tables_show_everything() {
    let program = Program::start().await.with_application().await;
    let id = program.must(&["app", "list", "-q"]).await;
    for line in ["app list --wide", "--wide app list", "app list --wide --endpoint"] {
        let mut words: Vec<_> = line.split(' ').collect();
        if words.last() == Some(&"--endpoint") {
            words.push(program.endpoint());
        }
        let (code, seen) = on_terminal(&program, 45, &words, &[]).await;
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains(id.trim()) && !seen.contains('…') && !seen.contains("to fit"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_one_updating_line_and_keeps_the_last() {
    let program = Program::start().await.with_application().await;
    let (code, seen) = on_terminal(&program, 100, &["app", "restart", "web"], &[]).await;
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains('\u{1b}'), "{seen}");
    assert!(seen.contains("succeeded, 2 of 2 instances replaced"), "{seen}");
    let piped = program.run(&["app", "restart", "web"]).await;
    assert!(!piped.stderr.contains('\u{1b}'), "no escape codes where there is no terminal");
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_are_coloured_unless_no_color_is_set() {
    let program = Program::start().await;
    let (code, seen) = on_terminal(&program, 100, &["doctor"], &[]).await;
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("\u{1b}[32m✓\u{1b}[0m credentials"), "{seen:?}");
    let program = program.with("NO_COLOR", "1");
    let (_, seen) = on_terminal(&program, 100, &["doctor"], &[]).await;
    assert!(seen.contains("✓ credentials") && !seen.contains("\u{1b}["), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destructive_command_asks_first() {
    let program = Program::start().await.with_application().await;
    let delete = ["app", "delete", "web"];
    let (code, seen) = on_terminal(&program, 100, &delete, &[Typed("[y/N]", "n\r")]).await;
    assert_eq!(code, 1, "{seen}");
    assert!(
        seen.contains("delete the application web? [y/N]") && seen.contains("cancelled; nothing was changed"),
        "{seen}"
    );
    // Ctrl-D is no answer; what follows stands on a line of its own.
    let (code, seen) = on_terminal(&program, 100, &delete, &[Typed("[y/N]", "\u{4}")]).await;
    assert_eq!(code, 1, "{seen}");
    assert!(plain(&seen).contains(&"error: cancelled; nothing was changed".to_owned()), "{seen}");
    assert_eq!(program.must(&["app", "list", "-q"]).await.lines().count(), 1);
    let (code, seen) = on_terminal(&program, 100, &delete, &[Typed("[y/N]", "YES\r")]).await;
    assert_eq!(code, 0, "{seen}");
    assert_eq!(program.must(&["app", "list", "-q"]).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_apply_continues() {
    let program = Program::at(Pace::watchable()).await;
    program.control().freeze();
    let file = program.file("app.toml");
    std::fs::write(
        &file,
        "[[namespace]]\nid = \"cn-hangzhou:shop\"\n[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\n\
         image = \"repo/web:1\"\n",
    )
    .expect("it is written");
    let apply = ["apply", "-f", file.to_str().expect("text")];
    let typed = [Typed("[y/N]", "y\r"), Typed("preparing", "\u{3}")];
    let (code, seen) = on_terminal(&program, 200, &apply, &typed).await;
    assert_eq!(code, 1, "{seen}");
    let lines = plain(&seen);
    for line in [
        "  not finished: create application cn-hangzhou:shop/web: CreateApplication",
        "  what to do: apply the manifest again to continue; finished changes aren't repeated",
    ] {
        assert!(lines.iter().any(|seen| seen == line), "{seen}");
    }
}

#[tokio::test]
async fn configure_asks_and_does_not_show_the_secret() {
    let program = Program::without_server("");
    let answers = [Typed("id: ", "LTAI1\r"), Typed("secret: ", "hush\r"), Typed("Region: ", "cn-hangzhou\r")];
    let (code, seen) = on_terminal(&program, 100, &["configure"], &answers).await;
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains("hush"), "{seen}");
    golden!(program.redacted(&plain(&seen).join("\n")));
    let file = content(&program.file(".aliyun/config.json"));
    for part in
        [r#""access_key_id": "LTAI1""#, r#""access_key_secret": "hush""#, r#""region_id": "cn-hangzhou""#]
    {
        assert!(file.contains(part), "{file}");
    }
    // Nothing but Enter keeps everything.
    let answers = [
        Typed("id [LTAI1]: ", "\r"),
        Typed("secret [hidden]: ", "\r"),
        Typed("Region [cn-hangzhou]: ", "\r"),
    ];
    let (code, seen) = on_terminal(&program, 100, &["configure"], &answers).await;
    assert_eq!(code, 0, "{seen}");
    assert_eq!(content(&program.file(".aliyun/config.json")), file);
}

#[tokio::test]
async fn a_role_outlives_the_key_that_is_typed_in_its_place() {
    let program = Program::without_server("");
    let role = ["--role-arn", "acs:ram::1:role/r"];
    let set = ["configure", "set", "--access-key-id", "A", "--access-key-secret", "B"];
    program.must(&[&set[..], &role].concat()).await;
    let answers = [Typed("id [A]: ", "C\r"), Typed("secret [hidden]: ", "D\r"), Typed("Region: ", "\r")];
    let (code, seen) = on_terminal(&program, 100, &["configure"], &answers).await;
    assert_eq!(code, 0, "{seen}");
    let shown =
        program.must(&["configure", "show", "--query", "[mode, access_key_id]", "--output", "text"]).await;
    assert_eq!(shown, "RamRoleArn\nC\n");
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_while_the_secret_is_typed_restores_the_terminal() {
    // The shell stays on the terminal after the program, as a person's does.
    let shell = "stty -a; \"$0\" configure; echo \"ended by $?\"; stty -a";
    for key in ["\u{3}", "\u{1c}"] {
        let program = Program::without_server("");
        let answers = [Typed("id: ", "LTAI1\r"), Typed("secret: ", key)];
        let command = ["-c", shell, env!("CARGO_BIN_EXE_sae")];
        let (code, seen) = run_on_terminal("sh", &program, 100, &command, &answers).await;
        assert_eq!(code, 0, "{seen}");
        let lines = plain(&seen);
        let settings: Vec<_> = lines.iter().filter(|line| line.contains(" echo ")).collect();
        let signals: Vec<_> = lines.iter().filter(|line| line.contains("isig ")).collect();
        assert_eq!((settings.len(), signals.len()), (2, 2), "{seen}");
        assert!(!signals[1].contains("-isig"), "{seen}");
        assert!(seen.contains("ended by 130"), "as by the signal: {seen}");
        assert!(!seen.contains("Region"), "{seen}");
        assert!(!program.file(".aliyun").exists());
    }
}

#[tokio::test]
async fn a_local_server_on_a_terminal_says_how_it_is_reached() {
    let program = Program::without_server("");
    let local = ["local", "--listen", "127.0.0.1:0"];
    let (code, seen) = on_terminal(&program, 200, &local, &[Typed("protocol=\"http\"))", "\u{3}")]).await;
    assert_eq!(code, 0, "{seen}");
    let lines = plain(&seen);
    let address = lines.iter().find_map(|line| line.strip_prefix("listening http://")).expect("an address");
    // Where the terminal shows the key that ends it, is up to the terminal.
    let seen = lines.join("\n").replace("^C", "").replace(address, "SERVER");
    golden!(seen.trim_end());
}
