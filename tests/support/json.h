#pragma once

#include <QByteArray>

namespace drover::test {

/// JSON written with single quotes: moc stumbles over raw strings.
inline QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

} // namespace drover::test
