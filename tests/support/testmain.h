#pragma once

#include <QObject>

#include <functional>
#include <memory>

namespace drover::test {

/// Makes a test class known to the program it is linked into; the name is the file's ("tst_ids").
struct Registration {
    Registration(const char *file, std::function<std::unique_ptr<QObject>()> make);
};

} // namespace drover::test

#define DROVER_TEST(Class)                                                                                            \
    static const drover::test::Registration registered##Class(__FILE__, [] { return std::make_unique<Class>(); });
