//! From the typed form to Rust. Nothing is decided here.

mod enums;
mod errors;
mod example;
mod file;
mod group;
mod object;
mod operation;
mod service;
mod tokens;

use crate::file_tree::Tree;
use crate::model::{Service, Shapes};
use crate::print::file::File;

/// Prints all services.
pub fn print(services: &[Service]) -> syn::Result<Tree> {
    let mut files = Tree::new();
    files.insert("mod.rs".to_owned(), service::root(services).print()?.into_bytes());
    for service in services {
        let folder = &service.module;
        files.insert(format!("{folder}/mod.rs"), service::print(service).print()?.into_bytes());
        files.insert(format!("{folder}/errors.rs"), errors::print(&service.errors).print()?.into_bytes());
        if let Some(shapes) = &service.shapes {
            files.insert(format!("{folder}/shapes.rs"), print_shapes(shapes)?.print()?.into_bytes());
        }
        for group in &service.groups {
            let folder = format!("{folder}/{}", group.module);
            files.insert(format!("{folder}/mod.rs"), group::print(group).print()?.into_bytes());
            if let Some(shapes) = &group.shapes {
                files.insert(format!("{folder}/shapes.rs"), print_shapes(shapes)?.print()?.into_bytes());
            }
            for operation in &group.operations {
                let path = format!("{folder}/{}.rs", operation.module);
                files.insert(path, operation::print(operation)?.print()?.into_bytes());
            }
        }
    }
    Ok(files)
}

fn print_shapes(shapes: &Shapes) -> syn::Result<File> {
    let mut file = File::new(&shapes.source);
    file.docs(&shapes.docs);
    file.foreign(&shapes.foreign);
    object::items(&shapes.items, &mut file)?;
    file.item(object::behaviour(None, &shapes.items.objects));
    Ok(file)
}
