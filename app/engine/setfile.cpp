#include "app/engine/setfile.h"

#include <QFileInfo>
#include <QLocale>
#include <QSaveFile>

#include <optional>

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

constexpr qint64 largestSetFile = 64 * 1024 * 1024;

} // namespace

Result<QByteArray> readFile(const QString &path, qint64 limit)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(ErrorKind::Usage, u"There is no file \"%1\"."_s.arg(path), u"Check the name."_s);
    if (info.isDir())
        return fail(ErrorKind::Usage, u"\"%1\" is a folder."_s.arg(path), u"Name a file."_s);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Usage, u"\"%1\" cannot be read: %2."_s.arg(path, file.errorString()), u"Check its rights."_s);
    QByteArray content = file.read(limit + 1);
    if (content.size() > limit)
        return fail(ErrorKind::Usage, u"\"%1\" is larger than %2."_s.arg(path, QLocale::c().formattedDataSize(limit)),
            u"Split it, or name the right file."_s);
    return content;
}

namespace {

Result<void> write(const QString &path, const QByteArray &content, std::optional<QFileDevice::Permissions> rights)
{
    const auto refused = [&path](const QFileDevice &file) {
        return fail(ErrorKind::Storage, u"\"%1\" cannot be written: %2."_s.arg(path, file.errorString()),
            u"Check the folder's rights and free space, or choose another place."_s);
    };
    // A pipe or a device is written into; replacing it by a file, as a safe save does, would destroy it.
    if (const QFileInfo info(path); info.exists() && !info.isFile()) {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) || file.write(content) != content.size())
            return refused(file);
        return {};
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || (rights && !file.setPermissions(*rights)) || file.write(content) != content.size() || !file.commit())
        return refused(file);
    return {};
}

} // namespace

Result<void> writeFile(const QString &path, const QByteArray &content)
{
    return write(path, content, std::nullopt);
}

Result<void> writePrivateFile(const QString &path, const QByteArray &content)
{
    return write(path, content, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
}

Result<fleet::DeviceSet> readSet(const QString &text)
{
    Result<fleet::DeviceSet> set = fleet::DeviceSet::parse(text);
    if (!set || set->kind != fleet::DeviceSet::Kind::File)
        return set;
    Result<QByteArray> ids = readFile(set->text, largestSetFile);
    if (!ids)
        return Failure(ids.error());
    set->ids = *std::move(ids);
    return set;
}

} // namespace drover::engine
