#pragma once

#include "app/simulator/arm.h"
#include "app/simulator/devicelife.h"
#include "app/simulator/dpsdevice.h"
#include "app/simulator/dpsservice.h"
#include "app/simulator/entra.h"
#include "app/simulator/hubservice.h"
#include "app/simulator/simservice.h"

namespace drover::simulator {

/// An answer, and how the connection treats it.
struct Outcome {
    enum class Kind : std::uint8_t { Send, Drop, Stall, Half };

    Kind kind = Kind::Send;
    Response response;
};

/// All services behind one door: finds the service by host, the route by path, and lets faults strike.
class Azure {
public:
    explicit Azure(std::unique_ptr<World> world);

    /// An answer that may have something left to do.
    Outcome begin(const Request &request);
    /// A complete answer.
    Outcome handle(const Request &request);
    World &world() { return *m_world; }
    SimService &simulator() { return m_simulator; }

private:
    Service *serviceFor(const Request &request, Hub *&hub);
    Response answer(Service &service, const Request &request, Hub *hub, const Route &route, std::vector<std::string> args);
    Response faulty(Service &service, const Fault &fault);
    static void spoil(Outcome &outcome, const Fault &fault);
    void log(const Service *service, const Request &request, const std::string &route, const Outcome &outcome,
        std::chrono::steady_clock::time_point started);

    std::unique_ptr<World> m_world;
    Provisioning m_provisioning;
    DeviceLife m_life;
    DpsService m_dps;
    DpsDevice m_dpsDevice;
    HubService m_hub;
    Arm m_arm;
    Entra m_entra;
    SimService m_simulator;
};

} // namespace drover::simulator
