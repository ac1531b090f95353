#pragma once

#include "models/core/error.h"

#include <QString>

#include <optional>

namespace drover::migration {

/// One process carries out a run: a lock on a file beside the journal, which the system itself lets go when the process
/// dies.
class Lease final {
public:
    /// Rejected when a living process holds it.
    static Result<Lease> take(const QString &journal, const QString &run);
    static bool isHeld(const QString &journal, const QString &run);

    Lease(Lease &&other) noexcept;
    Lease &operator=(Lease &&other) noexcept;
    Lease(const Lease &) = delete;
    Lease &operator=(const Lease &) = delete;
    ~Lease();

private:
    Lease(int file, QString path);
    void release();

    int m_file = -1;
    QString m_path;
};

} // namespace drover::migration
