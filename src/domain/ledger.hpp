#pragma once
// What EC2 shows of addresses, corrected by what we did.
//
// EC2 is eventually consistent: a read may not show yet what a call has done, or may step back in time
// (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). The ledger holds the newest
// view of each address; after a write of ours, a read that still shows the state from before that write is
// not believed until `visibility` has passed. Anything else that a read shows is believed at once: someone
// else's change. Pure: times come with the calls. The model test runs this same code.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/eip.hpp"

namespace domain {

struct AddressView {
  std::string allocation_id;
  std::string public_ip;
  std::string association_id;  // empty: on nothing
  std::string network_interface_id;
  std::string private_ip_address;
  std::string public_ipv4_pool;
  std::string network_border_group;
  std::string service_managed;
  Tags tags;

  bool associated() const { return !association_id.empty(); }
  bool operator==(const AddressView&) const = default;
};

class Ledger {
 public:
  struct Record {
    AddressView view;
    // The newest read that shows it was sent then; of a new address, its allocation was answered then. Our
    // other writes don't count: they tell nothing of what else has changed, say whose it is.
    Time seen{};
    Time first_seen{};  // by this process
    Time newest{};      // as `seen`, also when the view is distrusted: older answers tell nothing
  };

  struct Absence {  // of an address from reads that asked for it by its id
    // When they were sent, the newest last. Reads in quick succession count as one, and only so many are
    // kept.
    std::vector<Time> asked;
  };

  explicit Ledger(Span visibility) : visibility_(visibility) {}

  // A read sent at `asked`, for the addresses whose uid tag is one of `uids`.
  void read_by_uid(const std::vector<std::string>& uids, const std::vector<AddressView>& found, Time asked);
  // ... whose allocation id is one of `ids`. Only these reads count towards absence.
  void read_by_id(const std::vector<std::string>& ids, const std::vector<AddressView>& found, Time asked);
  // ... that carry our cluster tag: all of ours.
  void read_all(const std::string& cluster, const std::vector<AddressView>& found, Time asked);

  // Our own writes, answered at `at`. The second and third do nothing for an address that is not known.
  void allocated(AddressView view, Time at);
  void associated(const std::string& allocation_id, const std::string& association_id,
                  const std::string& network_interface_id, const std::string& private_ip_address, Time at);
  void disassociated(const std::string& allocation_id, Time at);
  void tagged(const std::string& allocation_id, const Tags& set, const std::vector<std::string>& removed,
              Time at);
  void released(const std::string& allocation_id, Time at);

  // The next decision that needs a fresh view has to look first.
  void distrust(const std::string& allocation_id);

  const Record* find(const std::string& allocation_id) const;
  const std::map<std::string, Record>& records() const { return records_; }
  std::vector<const Record*> by_uid(const std::string& uid) const;
  std::vector<const Record*> by_name(const std::string& ns, const std::string& name) const;
  std::vector<const Record*> by_interface(const std::string& network_interface_id) const;
  // When the newest read by this uid tag was sent; nothing if there was none.
  std::optional<Time> asked_by_uid(const std::string& uid) const;
  std::optional<Absence> absence(const std::string& allocation_id) const;
  // Released by this process: it is gone whatever reads show.
  bool was_released(const std::string& allocation_id) const { return released_.contains(allocation_id); }
  bool released_for(const std::string& uid) const { return released_uids_.contains(uid); }
  // Forgets what was asked for a uid whose object is gone.
  void forget_uid(const std::string& uid) {
    asked_.erase(uid);
    released_uids_.erase(uid);
  }
  void forget_absence(const std::string& allocation_id) { absences_.erase(allocation_id); }

  friend struct LedgerPeek;  // of the model test, which has to tell states apart

 private:
  struct Write {  // ours, that reads may not show yet
    struct Before {
      std::optional<AddressView> state;  // nothing: there was no address
      Time until{};                      // the write that changed it was answered
    };
    // All that reads may still show: with several writes in short order, more than one.
    std::vector<Before> before;
    Time at{};  // of the newest
  };
  void found(const AddressView& view, Time asked);
  struct Filter {  // of a read; nothing: by allocation id
    const char* key = nullptr;
    std::string value;
  };
  void not_found(const std::string& allocation_id, const Filter& filter, Time asked);
  void confirm(const std::string& allocation_id, Time asked);
  void put(const std::string& allocation_id, Record record);
  void drop(const std::string& allocation_id);
  void wrote(const std::string& allocation_id, std::optional<AddressView> before, AddressView after, Time at);
  bool hides(const Write& write, const std::optional<AddressView>& shown, const Filter& filter,
             Time asked) const;

  Span visibility_;
  std::map<std::string, Record> records_;
  std::map<std::string, std::set<std::string>> ids_by_uid_;
  std::map<std::string, Write> writes_;
  std::map<std::string, Time> asked_;
  std::map<std::string, Absence> absences_;
  std::map<std::string, Time> released_;
  std::set<std::string> released_uids_;
};

}  // namespace domain
