#pragma once

#include "models/core/error.h"
#include "models/core/json.h"
#include "models/fleet/diagnosis.h"

#include <QElapsedTimer>
#include <QStringList>

#include <vector>

namespace drover::cli {

/// What droverctl's callers read: see design.md.
enum ExitCode { Done = 0, Failed = 1, Usage = 2, Blocked = 3, FailedDevices = 4, PausedOrStopped = 5 };
ExitCode exitCodeOf(const Error &error);

/// Numbers end at the same column.
struct Column {
    QString title;
    bool number = false;
};

/// Standard output and error, for people or for programs.
class Terminal final {
public:
    Terminal(bool json, bool color);

    bool json() const { return m_json; }
    /// Somebody sits there and can be asked.
    bool canAsk() const;
    void line(const QString &text = {});
    void object(const Json &object);
    void table(const std::vector<Column> &columns, const std::vector<QStringList> &rows);
    /// Rewrites one line on a terminal; elsewhere a plain line every few seconds.
    void progress(const QString &text);
    /// Takes the progress line away, so that a line can follow.
    void clearProgress();
    /// The typed line; absent at the end of input.
    std::optional<QString> ask(const QString &question);
    /// "droverctl: what. remedy" on standard error; the exit code to leave with.
    ExitCode error(const Error &error);
    void note(const QString &text);
    QString painted(fleet::Tone tone, const QString &text) const;

private:
    bool m_json;
    bool m_tty;
    bool m_color;
    bool m_progressShown = false;
    QElapsedTimer m_sinceProgress;
};

} // namespace drover::cli
