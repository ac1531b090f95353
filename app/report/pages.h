#pragma once

#include <QCoreApplication>

#include <memory>

namespace drover::report {

/// An application that can lay out and paint pages without a display. Must be the program's only one.
std::unique_ptr<QCoreApplication> applicationForPages(int &argc, char *argv[]);

} // namespace drover::report
