#pragma once

#include "app/inventory/services.h"
#include "app/migration/journalstore.h"
#include "models/fleet/diagnosis.h"

namespace drover::engine {

/// One device from every side, and the requests behind the page.
struct Inspection {
    fleet::DeviceEvidence seen;
    fleet::Diagnosis diagnosis;
    std::vector<migration::HistoryLine> history;
    std::vector<backend::Exchange> requests;
    /// Several devices begin with the text: nothing else is filled in, the person has to choose.
    QStringList matches;
    /// There are more such devices than `matches` lists.
    bool more = false;
};

/// Looks one device up: DPS first, then every hub of the fleet in parallel.
class Inspector final {
public:
    static constexpr int mostMatches = 20;

    explicit Inspector(inventory::Services &services);

    /// `fleet` may be null; it knows groups, parts of names and other letter case, which DPS does not tell of one device.
    QCoro::Task<Result<Inspection>> inspect(QString id, std::shared_ptr<const fleet::Fleet> fleet, std::stop_token stop);

private:
    QCoro::Task<> askDps(fleet::DeviceEvidence *seen, QString registrationId, QString group, std::stop_token stop);
    QCoro::Task<fleet::HubFact> askHub(QString host, QString stamp, QString deviceId, std::stop_token stop);
    std::vector<std::pair<QString, QString>> hubs(const fleet::Fleet *fleet) const;
    std::vector<backend::Exchange> exchangesSince(Instant start, const QStringList &about) const;

    inventory::Services &m_services;
};

} // namespace drover::engine
