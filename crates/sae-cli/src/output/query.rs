//! `--query`: expressions in JMESPath, checked before anything is called.

use jmespath::ast::Ast;
use jmespath::{Expression, JmespathError};

use crate::failure::Failure;

/// Compiles a JMESPath expression.
pub fn parse(text: &str) -> Result<Expression<'static>, Failure> {
    check_size(text)?;
    let query =
        jmespath::compile(text).map_err(|error| Failure::usage(format!("--query: {}", one_line(&error))))?;
    match unknown_function(query.as_ast()) {
        Some(name) => Err(Failure::usage(format!("--query: there is no function {name:?} in {text:?}"))),
        None => Ok(query),
    }
}

/// Refuses expressions that would overflow the stack of the parser, which is recursive.
fn check_size(text: &str) -> Result<(), Failure> {
    if text.len() > LONGEST {
        return Err(Failure::usage(format!(
            "--query: the expression has {} bytes; at most {LONGEST} are read",
            text.len()
        )));
    }
    let depth = depth(text);
    if depth > DEEPEST {
        return Err(Failure::usage(format!(
            "--query: the expression nests or chains more than {DEEPEST} parts; use another program for part of it, such as jq"
        )));
    }
    Ok(())
}

/// Upper limit of the recursion of the parser: open brackets with the operators in each of them. A comma resets the operators. Quoted
/// texts count as one part.
fn depth(text: &str) -> usize {
    let (mut deepest, mut depth) = (0, 0);
    let mut open: Vec<usize> = vec![0];
    let mut quote = None;
    let mut is_escaped = false;
    for c in text.chars() {
        if let Some(mark) = quote {
            if c == mark && !is_escaped {
                quote = None;
            }
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        match c {
            '\'' | '"' | '`' => quote = Some(c),
            ',' => depth -= open.last_mut().map(std::mem::take).unwrap_or_default(),
            ')' | ']' | '}' if open.len() > 1 => depth -= open.pop().unwrap_or_default(),
            c if c.is_ascii_punctuation() && c != '_' => {
                depth += 1;
                if let Some(chained) = open.last_mut() {
                    *chained += 1;
                }
                if matches!(c, '(' | '[' | '{') {
                    open.push(0);
                }
            }
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Compiling accepts unknown functions; they only fail when run.
fn unknown_function(ast: &Ast) -> Option<&str> {
    match ast {
        Ast::Function { name, .. } if jmespath::DEFAULT_RUNTIME.get_function(name).is_none() => Some(name),
        Ast::Function { args: several, .. } | Ast::MultiList { elements: several, .. } => {
            several.iter().find_map(unknown_function)
        }
        Ast::MultiHash { elements, .. } => elements.iter().find_map(|pair| unknown_function(&pair.value)),
        Ast::Comparison { lhs, rhs, .. }
        | Ast::Condition { predicate: lhs, then: rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => unknown_function(lhs).or_else(|| unknown_function(rhs)),
        Ast::Expref { ast: node, .. }
        | Ast::Flatten { node, .. }
        | Ast::Not { node, .. }
        | Ast::ObjectValues { node, .. } => unknown_function(node),
        Ast::Identity { .. }
        | Ast::Field { .. }
        | Ast::Index { .. }
        | Ast::Literal { .. }
        | Ast::Slice { .. } => None,
    }
}

/// The error in one line, without the picture of the position.
pub fn one_line(error: &JmespathError) -> String {
    let reason = error.to_string();
    let reason = reason.lines().next().unwrap_or_default();
    format!("{reason} in {:?}", error.expression)
}

/// Maximum length in bytes.
const LONGEST: usize = 16 << 10;
/// Maximum depth: much more than anybody writes, and much less than the stack allows.
const DEEPEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::{DEEPEST, LONGEST, depth, parse};

    #[test]
    fn depth_counts_what_the_parser_descends_into() {
        for (text, expected) in [
            ("Data.Applications[].AppName", 3),
            ("a, b, c", 0),
            ("{a: b.c, d: e.f}", 3),
            ("!!a", 2),
            ("[[a]]", 2),
            ("a['x.y.z'].\"b.c\"", 2),
            ("`[[[[\\`[[`", 0),
        ] {
            assert_eq!(depth(text), expected, "{text}");
        }
    }

    #[test]
    fn whatever_nests_is_refused_before_it_is_parsed() {
        for part in [
            "!", "[", "(", "{a:", "&", "a.", "a||", "a[*].", "a[].", "[?", "a|", "a==", "*.", "@.", "[0]",
            "a[?b].",
        ] {
            let text = part.repeat(LONGEST / part.len());
            let refusal = parse(&text).map(|_| ()).expect_err(part);
            assert!(refusal.message().contains("more than 200 parts"), "{part}: {}", refusal.message());
            // Whatever is within the limit is parsed, or refused, on the smallest stack that a thread has.
            let text = part.repeat(DEEPEST / part.len().max(1)) + "a";
            let parsed = std::thread::spawn(move || drop(parse(&text)));
            parsed.join().expect(part);
        }
        assert!(parse(&"a".repeat(LONGEST + 1)).is_err());
        let wide = (0..400).map(|at| format!("a{at}: b.c[0].d")).collect::<Vec<_>>().join(", ");
        assert!(parse(&format!("[].{{{wide}}}")).is_ok(), "many members are not deep");
    }
}
