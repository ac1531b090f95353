#pragma once

#include <QObject>

#include <functional>
#include <memory>

namespace drover::test {

/// Makes a test class known to the program it is linked into; the name is the file's ("tst_ids").
struct Registration {
    Registration(const char *file, std::function<std::unique_ptr<QObject>()> make);
};

/// How many cases the properties of this program try: `usual` of them, always the same, or as many new ones as the variable
/// of the environment says. Before the first property; `rest` is RapidCheck's own.
void setCases(const char *variable, int usual, const QByteArray &rest = {});

} // namespace drover::test

#define DROVER_TEST(Class)                                                                                            \
    static const drover::test::Registration registered##Class(__FILE__, [] { return std::make_unique<Class>(); });
