#include "app/migration/azureeffects.h"

#include "models/core/words.h"
#include "models/plan/triggers.h"

using namespace Qt::StringLiterals;

// What hangs on a device and does not move with it: modules, and the IoT Edge device that it is a child of.
namespace drover::migration {
namespace {

constexpr int pageSize = 1000;

QString quoted(QString id)
{
    return u'\'' + id.replace(u'\'', u"\\'"_s) + u'\'';
}

} // namespace

std::vector<QStringList> AzureEffects::listsOf(const std::vector<run::DeviceIndex> &devices) const
{
    std::vector<QStringList> lists(1);
    qsizetype length = 0;
    for (const run::DeviceIndex index : devices) {
        const QString id = device(index).deviceId;
        length += id.size() + 3;
        if (lists.back().size() == plan::devicesPerJob || length > plan::longestCondition) {
            lists.emplace_back();
            length = id.size() + 3;
        }
        lists.back().push_back(id);
    }
    return lists;
}

QString AzureEffects::isOneOf(const QStringList &ids)
{
    QStringList list;
    for (const QString &id : ids)
        list.push_back(quoted(id));
    return u"deviceId IN [%1]"_s.arg(list.join(u','));
}

QCoro::Task<Result<void>> AzureEffects::countModules(
    QString hub, std::vector<run::DeviceIndex> devices, std::stop_token stop, int *calls)
{
    std::erase_if(devices, [this](run::DeviceIndex index) {
        return m_modules.value(index) >= m_attached.value(index).modules;
    });
    backend::HubClient *const client = m_services.hub(hub);
    if (devices.empty() || !client)
        co_return {};
    QHash<run::DeviceIndex, int> counts;
    for (const QStringList &ids : listsOf(devices)) {
        const QString query = u"SELECT deviceId, moduleId FROM devices.modules WHERE "_s + isOneOf(ids);
        QByteArray continuation;
        do {
            const Result<backend::Page<QString>> page = co_await client->moduleOwners(query, pageSize, continuation, stop);
            ++*calls;
            if (!page)
                co_return Failure(page.error());
            for (const QString &owner : page->items) {
                if (const auto found = m_byTarget.constFind({hub, owner}); found != m_byTarget.cend())
                    ++counts[*found];
            }
            continuation = page->continuation;
        } while (!continuation.isEmpty());
    }
    for (const run::DeviceIndex index : devices)
        m_modules.insert(index, counts.value(index));
    co_return {};
}

QString AzureEffects::lacking(run::DeviceIndex index, const backend::Twin &twin) const
{
    const auto attached = m_attached.constFind(index);
    if (attached == m_attached.cend())
        return {};
    QStringList lacks;
    if (const int there = m_modules.value(index); there < attached->modules)
        lacks.append(u"%1 of its %2 on the target"_s.arg(grouped(there), counted(attached->modules, u"module"_s)));
    if (!attached->parent.isEmpty() && twin.parent != attached->parent)
        lacks.append(u"%1 is not its parent on the target"_s.arg(attached->parent));
    return lacks.join(u", "_s);
}

} // namespace drover::migration
