#include "app/migration/lease.h"

#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

QString lockFile(const QString &journal, const QString &run)
{
    return u"%1.%2.lock"_s.arg(journal, run);
}

/// The file may have been removed between opening and locking: then the lock protects nothing.
bool isStillThere(int file, const QByteArray &path)
{
    struct stat opened = {};
    struct stat named = {};
    return ::fstat(file, &opened) == 0 && ::stat(path.constData(), &named) == 0 && opened.st_ino == named.st_ino;
}

} // namespace

Result<Lease> Lease::take(const QString &journal, const QString &run)
{
    const QString path = lockFile(journal, run);
    const QByteArray native = QFile::encodeName(path);
    for (;;) {
        const int file = ::open(native.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) {
            return fail(ErrorKind::Storage, u"The run's lock %1 cannot be made: %2"_s.arg(path, qt_error_string(errno)),
                u"Put the journal into a folder that you may write to."_s);
        }
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            ::close(file);
            return fail(ErrorKind::Rejected, u"Run %1 is being carried out by another process"_s.arg(run),
                u"Watch it there, or pause it first: droverctl pause %1"_s.arg(run));
        }
        if (isStillThere(file, native))
            return Lease(file, path);
        ::close(file);
    }
}

bool Lease::isHeld(const QString &journal, const QString &run)
{
    const int file = ::open(QFile::encodeName(lockFile(journal, run)).constData(), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
    ::close(file);
    return held;
}

Lease::Lease(int file, QString path)
    : m_file(file)
    , m_path(std::move(path))
{
}

Lease::Lease(Lease &&other) noexcept
    : m_file(std::exchange(other.m_file, -1))
    , m_path(std::move(other.m_path))
{
}

Lease &Lease::operator=(Lease &&other) noexcept
{
    if (this != &other) {
        release();
        m_file = std::exchange(other.m_file, -1);
        m_path = std::move(other.m_path);
    }
    return *this;
}

Lease::~Lease()
{
    release();
}

void Lease::release()
{
    if (m_file < 0)
        return;
    QFile::remove(m_path);
    ::close(std::exchange(m_file, -1));
}

} // namespace drover::migration
